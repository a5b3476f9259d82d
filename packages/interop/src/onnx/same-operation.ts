import type { AnyNode, Operator, Scope, Slot } from '@eddy/graph'
import { records } from '@eddy/nodes'
import type { DType } from '@eddy/tensor'

type Record = (typeof records)[number]

const byName: ReadonlyMap<string, Record> = /* @__PURE__ */ new Map(records.map((record) => [record.name, record]))

/**
 * The record whose operation a node is: the one of its name, if both write the very same instructions for these inputs
 * and options. An operator of somebody else may have any name, so the name alone says nothing. Null when there is none.
 */
export function recordOf(node: AnyNode, dtype: DType): Record | null {
  const record = byName.get(node.rule?.name ?? '')
  if (record === undefined || node.rule === null) return null
  if (node.rule === (record as unknown as Operator)) return record
  const own = instructions(node.rule, node, dtype)
  return own !== null && own === instructions(record as unknown as Operator, node, dtype) ? record : null
}

/** What an operator writes onto a tape, as text; null when it calls back into JavaScript, or cannot be asked. */
function instructions(rule: Operator, node: AnyNode, dtype: DType): string | null {
  let next = 16
  const slot = (shape: readonly number[], pairs: number, type: DType = dtype): Slot => {
    const size = pairs > 0 ? pairs : shape.reduce((product, length) => product * length, 1)
    const at = next
    next += 16 * (size + 2)
    return { at, size, shape, dtype: type, pairs }
  }
  const written: string[] = []
  let calls = false
  const scope: Scope = {
    dtype, key: 1,
    emit: (opcode, ...operands) => void written.push(`${opcode} ${operands.map(textOf).join(' ')}`),
    temporary: (size, type = dtype) => slot([size], 0, type),
    call: () => void (calls = true),
    view: () => new Float64Array(0),
  }
  try {
    const inputs = node.inputs.map((input) => slot(input.shape, input.pairs))
    rule.forward(scope, { inputs, output: slot(node.shape, node.pairs), options: node.options })
  } catch {
    return null
  }
  return calls ? null : written.join('\n')
}

function textOf(operand: unknown): string {
  if (typeof operand !== 'object' || operand === null) return String(operand)
  return 'at' in operand ? `@${String(operand.at)}` : Object.entries(operand).flat().join('=')
}
