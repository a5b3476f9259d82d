import { pairs } from '@eddy/kernels'
import { isDifferentiable } from './demand.ts'
import { faultReason, type Rejection } from './rejection.ts'
import type { AnyNode } from './node.ts'
import { isComputed, type Program } from './program.ts'
import type { Slot } from './slot.ts'
import type { Phase } from './tape-writer.ts'

/** What went wrong with a frame, and where. */
export interface Failure {
  readonly reason: string
  readonly node: AnyNode
  readonly phase: Phase
  readonly cause: unknown
}

/** The failure of a frame as others see it: with its event, and the node by name. */
export function rejectionOf(id: number, event: unknown, { reason, node, phase, cause }: Failure): Rejection {
  return { id, event, reason, node: node.name, phase, cause }
}

/** The tape machine has stopped: at which node, and why. */
export function stoppedFailure(program: Program): Failure {
  const { control } = program.store.arena
  const found = nonFiniteNode(program, control.errorAt)
  if (found !== null) {
    const { node, phase, element, value } = found
    const what = phase === 'backward' ? 'gradient' : 'value'
    return { reason: `the ${what} is not finite (${value} at element ${element})`, node, phase, cause: null }
  }
  const { node, phase } = program.writer.ownerOf(control.errorAt) ?? somewhere(program)
  return { reason: faultReason(control.error, wrongIndex(program, node)), node, phase, cause: null }
}

/** The label or index that a node has stopped at: the machine names one of pairs itself, any other by its place. */
function wrongIndex({ values, store: { arena } }: Program, node: AnyNode): number {
  const { errorInfo } = arena.control
  const slot = values.get(node.inputs.find((_, port) => !isDifferentiable(node, port))!)
  return slot?.pairs === 0 ? arena.array(slot.dtype, slot.at, slot.size)[errorInfo]! : errorInfo
}

/** A JavaScript operator or lens has thrown. */
export function thrownFailure(program: Program, cause: unknown): Failure {
  const { writer } = program
  const { node, phase } = writer.culprit ?? somewhere(program)
  writer.culprit = null
  return { reason: `threw: ${messageOf(cause)}`, node, phase, cause }
}

function somewhere({ demand }: Program): { readonly node: AnyNode; readonly phase: Phase } {
  return { node: demand.guarded[0] ?? demand.observed[0]!, phase: 'forward' }
}

export function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}

interface NonFinite {
  readonly node: AnyNode
  readonly phase: Phase
  readonly element: number
  readonly value: number
}

/**
 * Which node a scan at address `at` stopped at: the first value in topological order, the first gradient in reverse.
 */
function nonFiniteNode(program: Program, at: number): NonFinite | null {
  const { valueScans, guards, demand, values, gradients } = program
  if (valueScans.some(({ from, to }) => at >= from && at < to)) {
    const scanned = demand.guarded.filter((node) => isComputed(node) || node.role === 'input')
    return search(program, scanned, values, (node) => (
      node.role === 'input' ? 'input' : demand.losses.has(node) ? 'loss' : 'forward'
    ))
  }
  if (!(at >= guards.from && at < guards.to)) return null
  const reversed = demand.guarded.filter((node) => demand.gradient.has(node)).reverse()
  return search(program, reversed, gradients, () => 'backward')
}

function search(
  program: Program, nodes: readonly AnyNode[], slots: ReadonlyMap<AnyNode, Slot>, phaseOf: (node: AnyNode) => Phase,
): NonFinite | null {
  const { arena } = program.store
  for (const node of nodes) {
    const slot = slots.get(node)
    if (slot === undefined) continue
    const first = slot.pairs > 0 ? pairs.values(slot.at, slot.pairs) : slot.at
    const count = slot.pairs > 0 ? arena.i32[slot.at >>> 2]! : slot.size
    const element = arena.firstNonFinite(slot.dtype, first, count)
    if (element < 0) continue
    const value = arena.array(slot.dtype, first, count)[element]!
    return { node, phase: phaseOf(node), element, value }
  }
  return null
}
