import * as eddy from 'eddy'
import { type Builder, type Built, type Case, owned } from './case.ts'

/** The recorded weights, as a cell's options. */
const weights = ({ tensor }: Case): eddy.CellOptions => ({
  weightInput: tensor('w_ih'), weightHidden: tensor('w_hh'), biasInput: tensor('b_ih'), biasHidden: tensor('b_hh'),
})

const roles = { w_ih: 'weightInput', w_hh: 'weightHidden', b_ih: 'biasInput', b_hh: 'biasHidden' } as const

/** Lengths of the input and of the state. */
function sizes({ recorded }: Case): readonly [inputs: number, hidden: number] {
  return [recorded['w_ih']!.shape[1]!, recorded['w_hh']!.shape[1]!]
}

const withLeaves = (node: eddy.AnyNode): Built => owned(node, roles)

/** Recurrent cells and sequences. */
export const recurrent: Readonly<Record<string, Builder>> = {
  rnn_cell: (given) => withLeaves(eddy.rnnCell(...sizes(given), weights(given))(given.x, given.all['h']!)),
  gru_cell: (given) => withLeaves(eddy.gruCell(...sizes(given), weights(given))(given.x, given.all['h']!)),
  lstm_cell(given) {
    const state = { h: given.all['h']!, c: given.all['c']! }
    const { h, c } = eddy.lstmCell(...sizes(given), weights(given))(given.x, state)
    return withLeaves(eddy.stack([h, c]))
  },
  gru_sequence: (given) => withLeaves(eddy.gru(...sizes(given), weights(given))(given.x, given.all['h']!)),
}
