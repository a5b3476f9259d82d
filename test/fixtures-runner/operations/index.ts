import type { Builder } from './case.ts'
import { elementwise } from './elementwise.ts'
import { images } from './images.ts'
import { layers } from './layers.ts'
import { losses } from './losses.ts'
import { products } from './products.ts'
import { recurrent } from './recurrent.ts'
import { reductions } from './reductions.ts'
import { shaping } from './shaping.ts'

export type { Built, Case } from './case.ts'

/** PyTorch's operation -> the same graph in our words. What is not here fails. */
export const operations: Readonly<Record<string, Builder>> = {
  ...elementwise, ...images, ...layers, ...losses, ...products, ...recurrent, ...reductions, ...shaping,
}
