import { RejectedError } from 'eddy'
import type { SourceRecord } from '@eddy/sources'
import type { Refused } from './rejected-file.ts'

/** Why a record could not be learned from, from what the model threw. Anything but a rejection is thrown on. */
export function refusalOf(error: unknown, record: SourceRecord, number: number): Refused {
  if (!(error instanceof RejectedError)) throw error
  const { reason, phase, node } = error.rejection
  const isLabel = phase === 'input' && / as the target\b/.test(reason)
  if (isLabel) return { code: 'E_LABEL', reason, record: number, path: '$', node, phase }
  const name = Object.keys(record).find((key) => isUnusable(record[key]))
  const code = phase === 'input' ? codeOf(name === undefined ? null : record[name])
    : phase === 'forward' || phase === 'loss' ? 'E_OP' : 'E_GRAD'
  return { code, reason, record: number, path: name === undefined ? '$' : `$.${name}`, node, phase }
}

function isUnusable(value: unknown): boolean {
  return typeof value === 'number' && !(Math.abs(value) <= 1e30)
}

function codeOf(value: unknown): string {
  if (typeof value !== 'number') return 'E_TYPE'
  return Number.isFinite(value) ? 'E_RANGE' : 'E_NONFINITE'
}
