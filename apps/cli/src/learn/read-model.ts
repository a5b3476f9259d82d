import { InvalidArgumentError } from 'commander'

/** Which model learns. */
export type ModelChoice =
  | { readonly kind: 'auto' }
  | { readonly kind: 'linear' }
  | { readonly kind: 'mlp'; readonly hidden: readonly number[] }

/** Reads `auto`, `linear`, or the widths of hidden layers: `mlp:32,16`. */
export function readModel(text: string): ModelChoice {
  if (text === 'auto' || text === 'linear') return { kind: text }
  const [name, widths] = text.split(':')
  if (name !== 'mlp') throw new InvalidArgumentError('Give auto, linear, or mlp with widths, as in mlp:32,16.')
  const hidden = (widths ?? '32').split(',').map(Number)
  if (hidden.every((width) => Number.isInteger(width) && width >= 1 && width <= 4096) && hidden.length <= 8) {
    return { kind: 'mlp', hidden }
  }
  throw new InvalidArgumentError('Give 1 to 8 whole numbers from 1 to 4096 as widths, as in mlp:32,16.')
}

/** The text that `readModel` reads so. */
export function modelText(model: ModelChoice): string {
  return model.kind === 'mlp' ? `mlp:${model.hidden.join(',')}` : model.kind
}
