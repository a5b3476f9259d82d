import { ancestors, type AnyNode, type Node } from '@eddy/graph'
import { number } from '../table.ts'
import type { Variant } from '../variant.ts'
import { taught } from '../variants/taught.ts'
import type { Workload } from '../workload.ts'
import { w1Model } from './w1.ts'

/** Everything that taps were given, so that nothing of it is in vain. */
let seen = 0

const look = ({ data }: { readonly data: ArrayLike<number> }): void => {
  seen += data[0]!
}

function watched(name: string, tap: (nodes: readonly AnyNode[]) => void): Variant {
  return taught(name, {
    events: () => w1Model.data().events,
    graph: (source) => w1Model.graph(source, w1Model.data().weights),
    optimizer: w1Model.optimizer,
    watch: (_, loss: Node<[]>) => tap(ancestors([loss])),
  })
}

const hidden = (nodes: readonly AnyNode[]): AnyNode => nodes.find(({ name }) => name === 'tanh')!

/** What watching costs: W1 with taps, each of which reads what it is given. */
export const w8: Workload = {
  id: 'W8', title: 'taps on W1', eventsPerRound: 50_000,
  variants: () => [
    watched('no tap', () => {}),
    watched('one node', (nodes) => hidden(nodes).subscribe(look)),
    watched('one gradient', (nodes) => hidden(nodes).gradient$.subscribe(look)),
    watched('all', (nodes) => nodes.forEach((node) => {
      node.subscribe(look)
      if (node.role !== 'input') node.gradient$.subscribe(look)
    })),
  ],
  remarks: ([none, ...others]) => others.map(({ variant, nsPerEvent }) => (
    `${variant}: ${number(nsPerEvent - none!.nsPerEvent)} ns more an event`
  )),
}

/** Of what was seen, for whoever wants to know that it was. */
export function sumOfSeen(): number {
  return seen
}
