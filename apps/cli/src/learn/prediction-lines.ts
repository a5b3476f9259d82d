import type { Task } from 'eddy'
import type { Answer } from './model.ts'

/** How one prediction is written down. */
export interface PredictionLines {
  readonly header: string
  /** `label` is undefined where it is not asked for, null where there is none. */
  readonly line: (record: number, answer: Answer, label?: unknown) => string
}

/**
 * CSV, or JSON lines for a path that ends in .ndjson, .jsonl or .json. A class comes with its probability: of two
 * classes with that of the second one, which is the positive one.
 */
export function predictionLines(
  path: string, task: Task, classes: () => readonly string[], withLabel: boolean,
): PredictionLines {
  const nameOf = (answer: Answer): string | number => {
    // Before the first class is known there is none to name.
    if (typeof answer !== 'number') return typeof answer.label === 'string' ? answer.label : ''
    return task === 'regression' ? answer : (classes()[answer > 0.5 ? 1 : 0] ?? (answer > 0.5 ? '1' : '0'))
  }
  const chanceOf = (answer: Answer): number => (
    typeof answer === 'number' ? answer : Math.max(...Array.from(answer.probabilities))
  )
  if (/\.(ndjson|jsonl|json)$/i.test(path)) {
    return {
      header: '',
      line: (record, answer, label) => `${JSON.stringify({
        record, prediction: nameOf(answer), ...(task === 'regression' ? {} : { probability: chanceOf(answer) }),
        ...(withLabel ? { label: label ?? null } : {}),
      })}\n`,
    }
  }
  const columns = [
    'record', 'prediction', ...(task === 'regression' ? [] : ['probability']), ...(withLabel ? ['label'] : []),
  ]
  return {
    header: `${columns.join(',')}\n`,
    line: (record, answer, label) => {
      const chance = task === 'regression' ? '' : `,${chanceOf(answer)}`
      return `${record},${field(nameOf(answer))}${chance}${withLabel ? `,${field(label ?? '')}` : ''}\n`
    },
  }
}

function field(value: unknown): string {
  const text = String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
