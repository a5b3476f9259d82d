import { GraphError, type Node, type Rejection } from '@eddy/graph'
import { add, log1p, mul, reshape } from '@eddy/nodes'
import { adam, checkNumber } from '@eddy/optim'
import { type Shape, ValueError } from '@eddy/tensor'
import type { Observable, OperatorFunction } from 'rxjs'
import { checkFeatures } from '../features.ts'
import { Learner, type Query } from '../learner.ts'
import { oneByOne } from '../one-by-one.ts'
import type { LearnerNodes } from '../wire-graph.ts'
import type { LearnerLoss } from '../options.ts'
import type { Judge } from '../prequential.ts'
import type {
  AnomalyCounters, AnomalyOptions, AnomalyState, Scored, ScoredAndLearned,
} from './anomaly-options.ts'
import { type Autoencoder, autoencoder } from './autoencoder.ts'
import { RecentErrors } from './recent-errors.ts'

/**
 * Scores events by how badly a model that learns to reproduce them reproduces each: every event is scored before it is
 * learned. Made by `anomaly`.
 */
export class AnomalyDetector<E extends object> {
  /** Events that were neither scored nor learned, and why. */
  readonly rejected$: Observable<Rejection<Query<E>>>
  /** The nodes of the graph: `features` as they came, and those of the autoencoder. */
  readonly nodes: Pick<LearnerNodes, 'features'> & Autoencoder
  readonly #options: Required<Pick<AnomalyOptions, 'rate' | 'warmUp' | 'influence'>>
  readonly #learner: Learner<E, number, never>
  readonly #errors: RecentErrors
  #seen = 0
  #anomalies = 0

  /** @internal */
  constructor(options: AnomalyOptions) {
    checkFeatures('anomaly', options?.features)
    const { features, hidden, width = 64, optimizer = adam({ learningRate: 0.01 }), seed = 0, dtype = 'f32' } = options
    const { rate = 0.01, window = 1000, influence = 'bounded' } = options
    checkNumber('anomaly', 'rate', rate, { above: 0, below: 1 }, 'It is a share: 0.01 is one in a hundred.')
    const { warmUp = Math.ceil(1 / rate) } = options
    checkNumber('anomaly', 'warmUp', warmUp, { least: 0, integer: true }, 'Leave it out for 1 / rate.')
    checkNumber('anomaly', 'window', window, { least: 10, most: 1e5, integer: true }, 'Leave it out for 1000.')
    checkNumber('anomaly', 'width', width, { least: 1, most: 65_536, integer: true }, 'Leave it out for 64.')
    checkInfluence(influence)
    this.#options = { rate, warmUp, influence }
    this.#errors = new RecentErrors(window)
    const { base } = features
    if (base >= width) {
      throw new GraphError(
        `hash tables have ${base} slots, and there are ${width} in all`, 'anomaly',
        'Take fewer bits, or a larger width: an event costs its width',
      )
    }
    let nodes: Autoencoder | null = null
    this.#learner = new Learner<E, number, never>({
      // No label is read, so nothing can leak.
      features: { ...features, namesMax: Math.min(features.namesMax, width - base), ignoresExplicitly: true },
      target: () => 0, optimizer, seed, dtype, loss: lossOf(influence), metrics: () => noMetrics,
      model: (m) => {
        nodes = autoencoder(m, { ...(hidden === undefined ? {} : { hidden }), width })
        return reshape([1])(nodes.error)
      },
    })
    this.nodes = Object.freeze({ features: this.#learner.nodes.features, ...nodes! as Autoencoder })
    this.rejected$ = this.#learner.rejected$
  }

  /**
   * Scores, then learns: an RxJS operator that emits one result for each event. One that cannot be used emits nothing
   * and changes nothing; see `rejected$`.
   * @example readings$.pipe(machines.train()).subscribe(({ event, isAnomaly }) => isAnomaly && console.warn(event))
   */
  train<T extends E>(): OperatorFunction<T, ScoredAndLearned<T>> {
    return oneByOne((event: T) => this.learnOne(event))
  }

  /** An RxJS operator that only scores; changes nothing. */
  score<T extends Query<E>>(): OperatorFunction<T, Scored<T>> {
    return oneByOne((event: T) => this.scoreOne(event))
  }

  /**
   * Scores an event, then learns it. @throws RejectedError when the event cannot be used; nothing has changed.
   */
  learnOne<T extends E>(event: T): ScoredAndLearned<T> {
    let scored: Scored<T>
    let isLearned = true
    if (this.#options.influence === 'skip') {
      scored = this.#judge(event, this.#learner.predictOne(event as Query<E>))
      if (scored.isAnomaly) isLearned = false
      else this.#learner.learnOne(event)
    } else scored = this.#judge(event, this.#learner.learnOne(event).prediction)
    this.#errors.add(scored.error)
    this.#seen++
    if (scored.isAnomaly) this.#anomalies++
    return { ...scored, isLearned }
  }

  /** How unusual an event is, by what was learned so far; changes nothing. @throws RejectedError */
  scoreOne<T extends Query<E>>(event: T): Scored<T> {
    return this.#judge(event, this.#learner.predictOne(event))
  }

  get counters(): AnomalyCounters {
    const { learned, rejected, names, overflow } = this.#learner.counters
    return { seen: this.#seen, anomalies: this.#anomalies, learned, rejected, names, overflow }
  }

  /** One line: how much it has seen. */
  toString(): string {
    const { seen, anomalies, names } = this.counters
    return `anomaly: ${seen} seen, ${anomalies} anomalies, ${names} names`
  }

  /** The state now, immutable: the model, its statistics and names, the last errors. */
  snapshot(): AnomalyState {
    return Object.freeze({
      model: this.#learner.snapshot(), errors: this.#errors.state, seen: this.#seen, anomalies: this.#anomalies,
    })
  }

  /**
   * Goes back, or over, to a state: everything from then on has the same bits as after the snapshot.
   * @throws GraphError or ValueError when it belongs to another detector; nothing has changed.
   */
  restore(state: AnomalyState): void {
    const { model, errors, seen, anomalies } = state ?? {}
    const areCounts = [seen, anomalies].every((count) => Number.isSafeInteger(count)) && anomalies >= 0
      && anomalies <= seen
    if (typeof model !== 'object' || model === null || !this.#errors.accepts(errors) || !areCounts) {
      throw new ValueError({
        what: 'this is no state of an anomaly detector', where: 'AnomalyDetector.restore', got: state,
        wanted: '{ model, errors, seen, anomalies }, with errors of a window no larger',
        hint: 'Restore only what snapshot() of such a one gave.',
      })
    }
    this.#learner.restore(model)
    this.#errors.restore(errors)
    this.#seen = seen
    this.#anomalies = anomalies
  }

  #judge<T>(event: T, error: number): Scored<T> {
    const { rate, warmUp } = this.#options
    const threshold = this.#seen < warmUp ? Infinity : this.#errors.threshold(rate)
    return { event, score: this.#errors.rankOf(error), error, isAnomaly: error > threshold, threshold }
  }
}

/** The loss of an error; the label, which is 0, is added to make it one of a learner. */
function lossOf(influence: AnomalyOptions['influence']): LearnerLoss {
  const loss = (error: Node<Shape>, target: Node<Shape>): Node<[]> => (
    reshape([])(add(influence === 'bounded' ? log1p(error) : error, mul(0, target)) as Node<[1]>) as Node<[]>
  )
  return Object.assign(loss, {
    label: 'reconstruction()', link: 'identity' as const, targetShape: (shape: Shape) => shape,
  }) as unknown as LearnerLoss
}

/** There is no label to compare with. */
const noMetrics: Judge<never, never> = {
  state: Object.freeze({ model: Object.freeze({}), baselines: Object.freeze({}) }),
  update() {}, report: () => ({ baselines: {} }), check() {}, restore() {},
}

function checkInfluence(influence: unknown): void {
  if (influence === 'bounded' || influence === 'full' || influence === 'skip') return
  throw new ValueError({
    what: 'influence is out of range', where: 'anomaly', got: influence, wanted: "'bounded', 'full' or 'skip'",
    hint: "Leave it out for 'bounded'.",
  })
}
