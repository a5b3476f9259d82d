import { Subject } from 'rxjs'
import { rng } from 'eddy'
import { bar, Breath, type Outlet, type Report, type StopRequest } from '@eddy/terminal'
import { stateDigest } from '../state-digest.ts'
import { watchStreams } from './watch-streams.ts'
import { type Example, truthTable, xorModel } from './xor-model.ts'

export interface XorOptions {
  readonly limit: number
  readonly seed: number
}

/** The two streams, printed for this many examples. */
const watchedCount = 2

/** Learns XOR from randomly drawn rows of its truth table, one at a time, and shows every stream of the first few. */
export async function runXor(
  { limit, seed }: XorOptions, outlet: Outlet, stop: StopRequest = { isStopped: false },
): Promise<Report> {
  const { style, say } = outlet
  say(
    style.bold('XOR, one example at a time'),
    'On when exactly one of two inputs is on. A network with 4 hidden units predicts,',
    'is told, and learns, example by example. Values flow down the graph, gradients',
    'flow back up: each line is what a subscriber of that stream received.', '',
  )
  const start = performance.now()
  const examples$ = new Subject<Example>()
  const model = xorModel(examples$, seed)
  const scores = { learned: 0, loss: 0, right: 0 }
  let stretch = 0
  const learning = model.training.subscribe(({ step, loss }) => {
    scores.learned++
    scores.loss += loss
    // A logit on the right side of zero costs less than log 2.
    if (loss < Math.LN2) scores.right++
    stretch += loss
    if (step % 100 !== 0) return
    const mean = stretch / 100
    say(`${String(step).padStart(6)} examples   loss ${mean.toFixed(4)}  ${style.accent(bar(mean, 40))}`)
    stretch = 0
  })
  const rejections = { count: 0 }
  model.training.rejected$.subscribe(() => rejections.count++)

  const draws = rng(seed, 'xor')
  const watching = watchStreams(model, (line) => say(line), style)
  const breath = new Breath()
  let count = 0
  for (; count < limit && !stop.isStopped; count++) {
    const k = count
    const example = truthTable[draws.integer(k, 4)]!
    if (k < watchedCount) say(style.bold(`example ${k + 1}: ${example.x.join(' xor ')} is ${example.wanted}`))
    examples$.next(example)
    if (k === watchedCount - 1) {
      watching.unsubscribe()
      say('', style.dim('Nobody subscribes to these streams from here on.'))
      say(style.dim('Not a bit of what is learned changes.'), '')
    }
    if (breath.isDue) await breath.take()
  }
  watching.unsubscribe()
  const digest = stateDigest(model.training.snapshot())
  learning.unsubscribe()

  const seconds = (performance.now() - start) / 1000
  const report: Report = {
    events: count, learned: scores.learned, rejected: rejections.count, expired: 0,
    metrics: { accuracy: scores.right / scores.learned, logLoss: scores.loss / scores.learned },
    baselines: { coin: { accuracy: 0.5, logLoss: Math.LN2 } },
    digest, eventsPerSecond: count / seconds, seconds,
  }
  outlet.conclude(report, '', ...answers(model, examples$, outlet), '', `digest ${style.dim(digest)}`)
  return report
}

/** What the network says now. Nobody trains any more, so an example that comes is only looked at. */
function answers(model: ReturnType<typeof xorModel>, examples$: Subject<Example>, { style }: Outlet): string[] {
  const lines = [style.bold('  x     wanted   predicted')]
  for (const example of truthTable) {
    const looking = model.probability.subscribe(({ data }) => {
      const predicted = data[0]!
      const right = Math.round(predicted) === example.wanted
      lines.push(
        `  ${example.x.join(' ')}      ${example.wanted}       ${predicted.toFixed(3)}  `
        + (right ? style.good('right') : style.warn('wrong')),
      )
    })
    examples$.next(example)
    looking.unsubscribe()
  }
  return lines
}
