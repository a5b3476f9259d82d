import { fault } from '@eddy/kernels'
import type { Phase } from './tape-writer.ts'

/** Why an event was not learned. Nothing that outlives the event has changed. */
export interface Rejection<E = unknown> {
  /** Number of the frame within its run. */
  readonly id: number
  readonly event: E
  /** What failed, with what was found and what to do. */
  readonly reason: string
  /** Name of the node where it failed. */
  readonly node: string
  readonly phase: Phase
  /** The thrown error, when there was one. */
  readonly cause: unknown
}

/** What the tape machine's fault means, in words. */
export function faultReason(code: number, info: number): string {
  switch (code) {
    case fault.nonFinite: return `a value is not finite (element ${info})`
    case fault.index: return `index ${info} is outside the table. Give the table more rows, or check the encoder`
    case fault.label: return `label ${info} is no class of this model. Labels are integers from 0 to classes - 1`
    case fault.count: return `${info} pairs do not fit into the input. Give it a larger capacity`
    default: return `the tape machine stopped with fault ${code}`
  }
}
