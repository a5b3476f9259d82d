import { Tensor } from '@eddy/tensor'
import { type Late, type Lens, LensPort } from './lens.ts'
import type { AnyNode } from './node.ts'
import type { Direction } from './pipeline.ts'
import type { Program } from './program.ts'
import type { Slot } from './slot.ts'

/** The lenses of one program: takes tensors out of the arena, through the RxJS operators, and back in. */
export class LensStages {
  readonly #program: Program
  readonly #late: (node: AnyNode, direction: Direction) => Late
  readonly #ports = new Map<AnyNode, Readonly<Record<Direction, LensPort>>>()

  /** `late` receives what an asynchronous lens does outside of `ask`. */
  constructor(program: Program, late: (node: AnyNode, direction: Direction) => Late) {
    this.#program = program
    this.#late = late
  }

  /** Gives the lens what came from its input (or, backward, from its consumers); the answer if it came at once. */
  ask(node: AnyNode, direction: Direction): Tensor | null {
    const { values, gradients, writer } = this.#program
    const from = direction === 'forward' ? values.get(node.inputs[0]!)! : gradients.get(node)!
    writer.culprit = { node, phase: direction }
    const answer = this.#portsOf(node)[direction].pass(this.#copy(from))
    writer.culprit = null
    return answer
  }

  /** Writes an answer where the next stage expects it; null is a zero gradient. */
  take(node: AnyNode, direction: Direction, answer: Tensor | null): void {
    const { values, store } = this.#program
    const slot = direction === 'forward' ? values.get(node)! : this.#program.edge({ consumer: node, port: 0 })
    const target = store.arena.array(slot.dtype, slot.at, slot.size)
    if (answer === null) target.fill(0)
    else target.set(answer.data)
  }

  close(): void {
    for (const ports of this.#ports.values()) {
      ports.forward.close()
      ports.backward.close()
    }
  }

  #copy(slot: Slot): Tensor {
    return Tensor.of(slot.shape, this.#program.store.arena.read(slot.dtype, slot.at, slot.size))
  }

  #portsOf(node: AnyNode): Readonly<Record<Direction, LensPort>> {
    let ports = this.#ports.get(node)
    if (ports === undefined) {
      const pair = node.options as unknown as Lens<readonly number[], readonly number[]>
      const port = (direction: Direction, shape: readonly number[]): LensPort => new LensPort(
        pair[direction], shape, pair.async === true ? this.#late(node, direction) : null,
      )
      ports = { forward: port('forward', node.shape), backward: port('backward', node.inputs[0]!.shape) }
      this.#ports.set(node, ports)
    }
    return ports
  }
}
