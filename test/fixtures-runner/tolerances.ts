/** PyTorch itself is this far from the truth, or the printed digits are; everything else must agree to 1e-12. */
export const f64Tolerances: Readonly<Record<string, { readonly tolerance: number; readonly reason: string }>> = {
  celu: { tolerance: 1e-7, reason: 'PyTorch 1.13 rounds 1 / alpha to f32 in the gradient' },
  hardsigmoid: { tolerance: 1e-7, reason: 'PyTorch 1.13 rounds 1 / 6 to f32 in the gradient' },
}

export const f64Tolerance = 1e-12

/** Operations whose f32 error may exceed `f32Tolerance`, with the reason. */
export const f32Tolerances: Readonly<Record<string, { readonly tolerance: number; readonly reason: string }>> = {}

/** Two hundred roundings of f32 (6e-8 each): inputs are rounded to f32 before anything is computed. */
export const f32Tolerance = 1e-5
