import { last, type Limits, specialize, type useSpecializer } from '@eddy/kernels/specialize'

/** `specialize`, done in one piece at the first frame that may have it. */
export function atOnce(limits?: Limits): Parameters<typeof useSpecializer>[0] {
  return (kernels, dtype, header) => ({
    next: () => ({ done: true, value: last(specialize(kernels, dtype, header, limits)) }),
  })
}
