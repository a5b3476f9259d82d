/** PyTorch itself is this far from the truth; everything else must agree to `f64Tolerance`. */
export const f64Exceptions: Readonly<Record<string, { readonly tolerance: number; readonly reason: string }>> = {
  celu: { tolerance: 1e-7, reason: 'PyTorch 1.13 rounds 1 / alpha to f32 in the gradient' },
  hardsigmoid: { tolerance: 1e-7, reason: 'PyTorch 1.13 rounds 1 / 6 to f32 in the gradient' },
  mlp_chain: {
    tolerance: 1e-9, reason: 'its layer norm may divide by so small a deviation that the printed digits limit it',
  },
}

/** Room for a few thousand roundings of f64. */
export const f64Tolerance = 1e-12

/** Bounds in f32 with the operators they hold for. One rounding is 6e-8; the inputs themselves are rounded first. */
const f32Bounds: readonly (readonly [bound: number, reason: string, operators: string])[] = [
  [1.3e-7, 'moves and choices: nothing but the rounding of inputs and of the incoming gradient', `
    abs cat clamp flip hardshrink hardtanh masked_fill max min neg pad_constant permute relu relu6 roll slice stack tril
    topk_values where`],
  [2e-6, 'moves and choices whose gradient is a sum, over what was stretched or chosen twice', `
    expand index_select maximum minimum`],
  [8e-6, 'one function of each element, whose slope multiplies the rounding of the input', `
    atan atan2 celu cos div elu erf exp expm1 gelu gelu_tanh hardsigmoid hardswish leaky_relu log log1p log_sigmoid
    mish mul add sub pow pow_scalar prelu reciprocal rsqrt selu sigmoid silu sin softplus softshrink softsign sqrt
    square tanh tanhshrink`],
  [2e-5, 'short sums, and losses of pairs', `
    adaptive_avg_pool2d addmm avg_pool2d bmm cdist cosine_similarity cumprod cumsum einsum embedding embedding_bag
    gather linear log_softmax logsumexp matmul max_pool1d max_pool2d mean mean_dims norm normalize outer prod
    scatter_add softmax softmin std sum sum_all var
    binary_cross_entropy binary_cross_entropy_with_logits cosine_embedding_loss cross_entropy cross_entropy_soft
    gaussian_nll_loss hinge_embedding_loss huber_loss kl_div l1_loss log_cosh_loss margin_ranking_loss mse_loss
    multi_margin_loss multilabel_soft_margin_loss nll_loss poisson_nll_loss smooth_l1_loss soft_margin_loss
    triplet_margin_loss`],
  [1e-4, 'sums of sums, and divisions by small deviations', `
    attention bilinear conv1d conv2d conv_transpose2d gru_cell gru_sequence lstm_cell rms_norm rnn_cell`],
  [2e-3, 'normalisation over a few elements, which may divide by a very small deviation', `
    group_norm instance_norm layer_norm mlp_chain`],
]

/** The bound in f32 for each operator; one that is not here has none and fails. */
export const f32Tolerances: Readonly<Record<string, number>> = Object.fromEntries(
  f32Bounds.flatMap(([bound, , operators]) => operators.trim().split(/\s+/).map((name) => [name, bound])),
)
