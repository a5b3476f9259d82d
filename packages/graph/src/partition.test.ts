import fc from 'fast-check'
import { Subject } from 'rxjs'
import { identity } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { ancestors } from './demand.ts'
import { defineFunction } from './define-operator.ts'
import { input } from './input.ts'
import { lens } from './lens.ts'
import type { AnyNode } from './node.ts'
import { partition } from './partition.ts'

const join = defineFunction({ name: 'join', forward: () => {}, backward: () => {} })

/** A random directed acyclic graph of `choices.length` nodes over one input. */
function graph(choices: readonly (readonly number[])[]): AnyNode[] {
  const source = new Subject<number>()
  const nodes: AnyNode[] = [input(source, { shape: [] })]
  for (const picks of choices) {
    const inputs = picks.map((pick) => nodes[pick % nodes.length]!)
    nodes.push(picks[0]! % 7 === 0 ? inputs[0]!.pipe(lens({ forward: identity, backward: identity })) : join(...inputs))
  }
  return nodes.slice(1)
}

const choices = fc.array(fc.array(fc.nat(1000), { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 25 })
const fusions = fc.oneof(fc.constantFrom('on' as const, 'off' as const), fc.array(fc.nat(25)))

describe('partition', () => {
  it('puts each node into one stage, in order, and the graph of stages has no cycle', () => {
    fc.assert(fc.property(choices, fusions, (picks, fusion) => {
      const nodes = graph(picks)
      const stages = partition(nodes, fusion)
      expect(stages.flat()).toEqual(nodes)
      const stageOf = new Map(stages.flatMap((stage, i) => stage.map((node) => [node, i] as const)))
      for (const node of nodes) {
        for (const before of node.inputs) {
          if (stageOf.has(before)) expect(stageOf.get(before)!).toBeLessThanOrEqual(stageOf.get(node)!)
        }
      }
      for (const stage of stages) if (stage.some((node) => node.role === 'lens')) expect(stage).toHaveLength(1)
    }), { numRuns: 500 })
  })

  it('is convex: no path leaves a stage and comes back', () => {
    fc.assert(fc.property(choices, fusions, (picks, fusion) => {
      const nodes = graph(picks)
      const stages = partition(nodes, fusion)
      for (const stage of stages) {
        const inside = new Set<AnyNode>(stage)
        for (const node of stage) {
          for (const outside of node.inputs.filter((n) => !inside.has(n))) {
            expect(ancestors([outside]).some((n) => inside.has(n))).toBe(false)
          }
        }
      }
    }), { numRuns: 300 })
  })

  it('fusion off makes every node its own stage; on makes one stage where there is no lens', () => {
    const nodes = graph([[1], [2], [3, 1], [2, 2]])
    expect(partition(nodes, 'off')).toHaveLength(4)
    expect(partition(nodes, 'on')).toHaveLength(1)
    expect(partition(nodes, [2])).toHaveLength(2)
    expect(partition([], 'on')).toEqual([])
  })
})
