import type { Tensor } from '@eddy/tensor'
import { Executor } from './executor.ts'
import type { Failure } from './failure.ts'
import type { AnyNode } from './node.ts'
import type { Store } from './store.ts'

/** Computes the values of nodes for single events with current parameters; learns nothing, and no tap sees it. */
export class Evaluator {
  #nodes: readonly AnyNode[] = []
  #store: Store | null = null
  #executor: Executor | null = null

  /** Whether the last call was for the same list of nodes. */
  knows(nodes: readonly AnyNode[]): boolean {
    return nodes === this.#nodes
  }

  /** The values in the order of the nodes, or what was wrong with the event. */
  evaluate(event: unknown, nodes: readonly AnyNode[], store: Store): readonly Tensor[] | Failure {
    let executor = this.#executorOf(nodes, store)
    if (executor.select(event)) {
      const grown = this.#make(nodes, store)
      grown.takeSelected(executor)
      executor.close()
      this.#executor = executor = grown
    }
    if (executor.execute(event, 0, false) === 'committed') return nodes.map((node) => executor.value(node))
    return executor.failure ?? { reason: 'a lens let no value pass', node: nodes[0]!, phase: 'forward', cause: null }
  }

  /** Gives its memory back; it can be used again. */
  close(): void {
    this.#executor?.close()
    this.#executor = null
  }

  #executorOf(nodes: readonly AnyNode[], store: Store): Executor {
    const current = this.#executor
    const same = store === this.#store && nodes.length === this.#nodes.length
      && nodes.every((node, i) => node === this.#nodes[i])
    if (current !== null && same && current.program.layoutVersion === store.layoutVersion) return current
    current?.close()
    this.#nodes = nodes
    this.#store = store
    return (this.#executor = this.#make(nodes, store))
  }

  #make(nodes: readonly AnyNode[], store: Store): Executor {
    return new Executor(store, [], { losses: [], required: nodes, values: [], gradients: [] }, {
      fusion: 'on', silent: true, settled: () => {}, observedFailure: () => {},
    })
  }
}
