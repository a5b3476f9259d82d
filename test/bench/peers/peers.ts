import type { Learning } from '../learning.ts'
import type { Variant } from '../variant.ts'
import { brainJs, findBrain } from './brain.ts'
import { findJax, jaxJs } from './jax.ts'
import type { Task } from './net.ts'
import { findSynaptic, synaptic } from './synaptic.ts'
import { findTfjs, tfjs } from './tfjs.ts'

/** The other libraries that are installed; null: not. */
export interface Peers {
  readonly tf: ReturnType<typeof findTfjs>
  readonly jax: Awaited<ReturnType<typeof findJax>>
  readonly brain: ReturnType<typeof findBrain>
  readonly synaptic: ReturnType<typeof findSynaptic>
}

export async function findPeers(): Promise<Peers> {
  return { tf: findTfjs(), jax: await findJax(), brain: findBrain(), synaptic: findSynaptic() }
}

/** Those that can do the work, with the workload's own weights and events. */
export function peersOf({ net, data }: Learning, peers: Peers): readonly Variant[] {
  if (net === undefined) return []
  const task: Task = { net, weights: data().weights, events: () => data().events }
  const { tf, jax, brain } = peers
  return [
    ...(tf === null ? [] : [tfjs(tf, 'cpu', task), tfjs(tf, 'wasm', task)]),
    ...(jax === null ? [] : [jaxJs(jax, task)]),
    ...(brain === null || net.optimizer !== 'sgd' ? [] : [brainJs(brain, task)]),
    ...(peers.synaptic === null || net.loss !== 'logit' ? [] : [synaptic(peers.synaptic, task)]),
  ]
}
