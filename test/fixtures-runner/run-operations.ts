import { evaluateCase } from './evaluate-case.ts'
import { type OperationCase, type Report, worstError } from './recorded.ts'
import { f32Tolerances, f64Exceptions, f64Tolerance } from './tolerances.ts'

/** Runs every case of `ops.json` in both element types. */
export function runOperations(file: string, contents: { readonly cases: readonly OperationCase[] }): Report {
  const worst = { f64: 0, f32: 0 }
  const failures: string[] = []
  for (const one of contents.cases) {
    for (const dtype of ['f64', 'f32'] as const) {
      try {
        const error = errorOf(one, dtype)
        const tolerance = toleranceOf(one.op, dtype)
        if (!(one.op in f64Exceptions) || dtype === 'f32') worst[dtype] = Math.max(worst[dtype], error)
        if (!(error <= tolerance)) failures.push(`${one.id} ${dtype}: error ${error.toExponential(1)} > ${tolerance}`)
      } catch (error) {
        failures.push(`${one.id} ${dtype}: ${error instanceof Error ? error.message : String(error)}`)
      }
    }
  }
  return { file, cases: contents.cases.length, worst, failures }
}

/** The worst error of the output and all gradients of a case. */
export function errorOf(one: OperationCase, dtype: 'f64' | 'f32'): number {
  const { output, gradients } = evaluateCase(one, dtype)
  const errors = Object.entries(one.grads).map(([name, wanted]) => {
    if (gradients[name] === undefined) throw new Error(`no gradient of ${name}`)
    return worstError(gradients[name].data, wanted.data)
  })
  return Math.max(worstError(output.data, one.output.data), ...errors)
}

function toleranceOf(operation: string, dtype: 'f64' | 'f32'): number {
  if (dtype === 'f64') return f64Exceptions[operation]?.tolerance ?? f64Tolerance
  const bound = f32Tolerances[operation]
  if (bound === undefined) throw new Error('no bound in f32 is stated for this operation')
  return bound
}
