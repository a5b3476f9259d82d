import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkDelayed } from './check-delayed.ts'
import type { DelayedState, LabelCounters, LabelReport } from './delayed-options.ts'
import { PendingLabels, type Rules } from './pending-labels.ts'

/** One thing that happens; a label of 0 is rejected. */
type Step =
  | { readonly kind: 'request'; readonly key: number; readonly time: number | null }
  | { readonly kind: 'tick'; readonly key: number; readonly time: number | null }
  | { readonly kind: 'label'; readonly key: number; readonly time: number | null; readonly label: number }

interface Known {
  readonly number: number
  time: number | null
  state: 'pending' | 'learned' | 'expired' | 'evicted' | 'replaced'
  label?: number
}

/** What should become of everything, found by looking at all of it every time; never forgets. */
function expected(steps: readonly Step[], { within, capacity, revised }: Rules): string[] {
  const all: (Known & { readonly key: number })[] = []
  const fates: string[] = []
  let now: number | null = null
  const age = (one: Known): number => (now === null ? all.length - one.number : now - (one.time ?? now))
  const pending = (): (Known & { readonly key: number })[] => (
    all.filter(({ state }) => state === 'pending').sort((a, b) => (
      (a.time ?? -Infinity) === (b.time ?? -Infinity) ? a.number - b.number
        : (a.time ?? -Infinity) - (b.time ?? -Infinity)
    ))
  )
  const end = (one: Known & { readonly key: number }, state: Known['state']): void => {
    one.state = state
    fates.push(`${state} ${one.key}`)
  }
  const tidy = (): void => {
    for (const one of pending()) {
      if (age(one) > within) end(one, 'expired')
      else if (pending().length > capacity) end(one, 'evicted')
    }
  }
  for (const step of steps) {
    if (step.time !== null) {
      if (now === null) for (const one of pending()) one.time = step.time
      now = Math.max(now ?? -Infinity, step.time)
      tidy()
    }
    if (step.kind === 'tick') continue
    const one = all.filter(({ key }) => key === step.key).at(-1)
    if (step.kind === 'request') {
      if (one?.state === 'pending') end(one, 'replaced')
      all.push({ key: step.key, number: all.length + 1, time: step.time ?? now, state: 'pending' })
      tidy()
      continue
    }
    const { label } = step
    const fate = one === undefined ? 'unknown'
      : one.state === 'expired' ? 'late' : one.state === 'evicted' ? 'orphaned'
        : one.state === 'pending' ? (label === 0 ? 'rejected' : 'learned')
          : one.label === label ? 'duplicate' : revised === 'ignore' ? 'ignored'
            : age(one) > within ? 'late' : label === 0 ? 'rejected' : 'revised'
    fates.push(`${fate} ${step.key}`)
    if (fate === 'learned' || fate === 'revised') Object.assign(one!, { state: 'learned', label })
  }
  return fates
}

interface Played {
  readonly fates: string[]
  readonly reports: LabelReport<string, number>[]
  readonly pending: PendingLabels<string, number>
}

function machine(rules: Rules): Played {
  const played = { fates: [] as string[], reports: [] as LabelReport<string, number>[] }
  const pending = new PendingLabels<string, number>((report) => {
    played.fates.push(`${report.fate} ${report.key}`)
    played.reports.push(report)
  })
  pending.rules = rules
  return { ...played, pending }
}

function play(pending: PendingLabels<string, number>, steps: readonly Step[], from = 0): void {
  steps.forEach((step, k) => {
    if (step.kind === 'tick') {
      if (step.time !== null) pending.advance(step.time)
    } else if (step.kind === 'request') pending.keep(step.key, step.time, `event ${from + k}`, from + k)
    else {
      const claim = pending.claim(step.key, step.time, step.label)
      if (claim === null) return
      pending.begin(claim)
      if (step.label === 0) pending.release(claim, 'rejected', 'zero')
      else pending.learned(claim)
    }
  })
}

function expectBalance(counters: LabelCounters): void {
  const { kept, pending, learned, expired, evicted, replaced, received, ...rest } = counters
  const { waiting, revised, ignored, duplicate, late, orphaned, unknown, rejected, skipped } = rest
  expect(kept).toBe(pending + learned + expired + evicted + replaced)
  expect(received)
    .toBe(learned + revised + ignored + duplicate + late + orphaned + unknown + rejected + skipped + waiting)
}

const time = fc.oneof(fc.constant(null), fc.nat(30))
const key = fc.nat(6)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('request' as const), key, time }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('label' as const), key, time, label: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('tick' as const), key, time }) },
)
const steps = fc.array(step, { maxLength: 60 })
const untimed = steps.map((all) => all.map((one) => ({ ...one, time: null })))
const rules: fc.Arbitrary<Rules> = fc.record({
  within: fc.constantFrom(0, 3, 10, Infinity), capacity: fc.constant(100),
  revised: fc.constantFrom('ignore' as const, 'learn' as const),
})
const runs = { numRuns: 400 }

describe('PendingLabels', () => {
  it('ends everything as looking at all of it every time would: any order, any times', () => {
    fc.assert(fc.property(fc.oneof(steps, untimed), rules, (all, given) => {
      const { fates, pending } = machine(given)
      play(pending, all)
      expect(fates).toEqual(expected(all, given))
      expectBalance(pending.counters)
    }), runs)
  })

  it('keeps at most capacity predictions that wait, and as many past ones; the oldest make room', () => {
    const many = fc.array(step.filter(({ kind }) => kind === 'request'), { maxLength: 60 })
    fc.assert(fc.property(many, fc.integer({ min: 1, max: 5 }), (all, capacity) => {
      const given = { within: 10, capacity, revised: 'ignore' } as const
      const { fates, pending } = machine(given)
      play(pending, all)
      expect(fates).toEqual(expected(all, given))
      const { pending: waiting, past } = pending.snapshot()
      expect(Math.max(waiting.length, past.length)).toBeLessThanOrEqual(capacity)
      expectBalance(pending.counters)
    }), runs)
  })

  it('balances with any capacity, and learns nothing twice', () => {
    fc.assert(fc.property(steps, rules, fc.integer({ min: 1, max: 4 }), (all, given, capacity) => {
      const { reports, pending } = machine({ ...given, capacity })
      play(pending, all)
      expectBalance(pending.counters)
      const learned = reports.filter(({ fate }) => fate === 'learned').map(({ event }) => event)
      expect(new Set(learned).size).toBe(learned.length)
      for (const { fate, key: of, event, prediction } of reports) {
        if (fate !== 'learned') continue
        const asked = all[prediction!]!
        expect([asked.kind, asked.key, event]).toEqual(['request', of, `event ${prediction}`])
      }
    }), runs)
  })

  it('restored elsewhere at any point, it goes on as if never stopped', () => {
    fc.assert(fc.property(fc.oneof(steps, untimed), rules, fc.nat(60), fc.integer({ min: 1, max: 6 }),
      (all, given, at, capacity) => {
        const whole = machine({ ...given, capacity })
        play(whole.pending, all)
        const first = machine({ ...given, capacity })
        play(first.pending, all.slice(0, at))
        const state = JSON.parse(JSON.stringify(first.pending.snapshot())) as DelayedState<string, number>
        checkDelayed(state)
        const second = machine({ within: 1, capacity: 1, revised: 'ignore' })
        play(second.pending, all)
        const rest: string[] = []
        const third = new PendingLabels<string, number>(({ fate, key: of }) => void rest.push(`${fate} ${of}`))
        third.restore(state)
        play(third, all.slice(at), at)
        expect([...first.fates, ...rest]).toEqual(whole.fates)
        expect(third.snapshot()).toEqual(whole.pending.snapshot())
      }), runs)
  })

  it('labels that overtake each other in the queue: the first learned is the first, the others revise it', () => {
    const { fates, pending } = machine({ within: 5, capacity: 2, revised: 'learn' })
    pending.keep('a', 1, 'event', 7)
    const [one, two] = [pending.claim('a', 2, 0)!, pending.claim('a', 2, 8)!]
    expect(pending.claim('a', 2, 8)).toBe(null)
    expect(pending.counters).toMatchObject({ pending: 1, waiting: 2, duplicate: 1 })
    pending.advance(100)
    pending.begin(one)
    pending.release(one, 'rejected', 'no label')
    pending.begin(two)
    expect(pending.isFirst(two)).toBe(true)
    pending.learned(two)
    expect(fates).toEqual(['duplicate a', 'rejected a', 'learned a'])
    expectBalance(pending.counters)
  })

  it('a prediction whose label was dropped from the queue waits on, and expires in its time', () => {
    const { fates, pending } = machine({ within: 5, capacity: 2, revised: 'ignore' })
    pending.keep('a', 1, 'event', 7)
    pending.keep('b', 1, 'event', 8)
    pending.claim('a', 2, 1)
    const two = pending.claim('b', 2, 1)!
    pending.begin(two)
    pending.learned(two)
    pending.advance(7)
    expect(fates).toEqual(['skipped a', 'learned b', 'expired a'])
    expectBalance(pending.counters)
  })

  it('a request that replaces one whose label is in the queue leaves both to their own end', () => {
    const { fates, pending } = machine({ within: 5, capacity: 2, revised: 'ignore' })
    pending.keep('a', 1, 'old', 7)
    const claim = pending.claim('a', 2, 1)!
    pending.keep('a', 2, 'new', 8)
    expect(pending.snapshot()).toMatchObject({ counts: { replaced: 1, received: 0 }, pending: [{ event: 'new' }] })
    pending.begin(claim)
    pending.learned(claim)
    expect(pending.claim('a', 3, 1)).toMatchObject({ event: 'new' })
    pending.releaseAll()
    expect(fates).toEqual(['learned a', 'skipped a'])
    expectBalance(pending.counters)
  })

  it('a prediction whose label is in the queue when the first time becomes known is as old as the others', () => {
    const { fates, pending } = machine({ within: 5, capacity: 9, revised: 'ignore' })
    for (const key of ['a', 'b']) pending.keep(key, null, 'event', 7)
    const claim = pending.claim('a', null, 1)!
    pending.advance(100)
    checkDelayed(pending.snapshot())
    pending.release(claim, 'rejected')
    pending.advance(105)
    pending.advance(106)
    expect(fates).toEqual(['rejected a', 'expired a', 'expired b'])
  })

  it('a label that was queued when a state was restored is refused, not learned twice', () => {
    const { pending } = machine({ within: 5, capacity: 2, revised: 'ignore' })
    pending.keep('a', 1, 'event', 7)
    const state = pending.snapshot()
    const claim = pending.claim('a', 2, 1)!
    pending.restore(state)
    expect(() => pending.begin(claim)).toThrow(/A state was restored/)
    pending.release(claim, 'rejected')
    expect(pending.counters).toMatchObject({ pending: 1, waiting: 0, rejected: 0 })
  })

  it('is restored with its rules, until others are given', () => {
    const { pending } = machine({ within: Infinity, capacity: 3, revised: 'learn' })
    pending.keep('a', null, 'event', 7)
    const other = new PendingLabels<string, number>(() => {})
    other.restore(pending.snapshot())
    expect(other.rules).toEqual({ within: Infinity, capacity: 3, revised: 'learn' })
    other.rules = { within: 1, capacity: 1, revised: 'ignore' }
    other.restore(pending.snapshot())
    expect(other.rules.within).toBe(1)
  })
})

describe('checkDelayed(state)', () => {
  const { pending } = machine({ within: 5, capacity: 2, revised: 'ignore' })
  pending.keep('a', 1, 'event', 7)
  pending.keep('b', 1, 'event', 7)
  pending.learned(pending.claim('b', 1, 7)!)
  const good = pending.snapshot()

  it.each<readonly [string, unknown]>([
    ['null', null], ['no counts', { ...good, counts: {} }], ['no list', { ...good, pending: undefined }],
    ['a key twice', { ...good, past: [...good.past, ...good.past] }],
    ['counts that do not add up', { ...good, pending: [] }], ['no time', { ...good, now: null }],
    ['a key that is none', { ...good, pending: [{ ...good.pending[0], key: {} }] }],
    ['no rules', { ...good, rules: { ...good.rules, capacity: 0.5 } }],
    ['times that are none', { ...good, now: NaN }],
  ])('refuses %s', (_, state) => {
    expect(() => checkDelayed(state as DelayedState)).toThrow(/no state of delayed labels/)
  })

  it('accepts what snapshot() gave, also after JSON, and nothing at all', () => {
    for (const state of [good, JSON.parse(JSON.stringify(good)), undefined]) checkDelayed(state as DelayedState)
  })
})
