import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { digest } from '@eddy/optim'
import { from } from 'rxjs'
import { openStore } from '../journal/store.ts'
import { MemoryMedium, memoryMedium } from '../medium/memory-medium.ts'
import { models, type SaleModel, type Sale, sales } from '../testing/models.ts'
import { difference } from './difference.ts'
import { persist } from './persist.ts'
import { replay } from './replay.ts'

const events = sales(150)
const make = models['all encoders, Adam']!

function learned(given: readonly Sale[], model = make()): object {
  for (const event of given) {
    try {
      model.learnOne(event)
    } catch {
      // Rejected events change nothing.
    }
  }
  return model.snapshot() as object
}

/** The automatic ones take their time. */
const kinds = Object.keys(models).filter((name) => !name.startsWith('the automatic'))

const bits = (state: unknown): string => digest(state as object)
const idOf = ({ id }: Sale): string => id

function keptOn(medium = memoryMedium(), model = make) {
  return persist<SaleModel>(model(), openStore(medium), { every: 20, log: true, logEvery: 6, id: idOf })
}

/** The first checkpoint cannot be written. */
class NoRoomAtFirst extends MemoryMedium {
  #left = 1

  override append(file: string, bytes: Uint8Array): void {
    if (file.startsWith('checkpoints') && this.#left-- > 0) throw new Error('no room')
    super.append(file, bytes)
  }
}

describe('forget(id)', () => {
  it('leaves, bit for bit, the state of a run that never saw the event; also after a restart', async () => {
    await fc.assert(fc.asyncProperty(
      fc.constantFrom(...kinds), fc.uniqueArray(fc.nat(119), { minLength: 1, maxLength: 3 }),
      async (name, places) => {
        const medium = memoryMedium()
        const kept = keptOn(medium, models[name]!)
        from(events.slice(0, 120)).pipe(kept.train()).subscribe()
        for (const place of places) expect(await kept.forget(events[place]!.id)).toBe(1)
        const rest = events.slice(0, 120).filter((_, k) => !places.includes(k))
        expect(bits(kept.learner.snapshot())).toBe(bits(learned(rest, models[name]!())))
        const again = keptOn(memoryMedium(medium.files), models[name]!)
        expect(again.sequence).toBe(120)
        from(events.slice(120)).pipe(again.train()).subscribe()
        expect(bits(again.learner.snapshot())).toBe(bits(learned([...rest, ...events.slice(120)], models[name]!())))
      },
    ), { numRuns: 20 })
  })

  it('knows what it cannot do, and changes nothing then', async () => {
    const kept = persist<SaleModel>(make(), openStore(memoryMedium()), { every: 20 })
    from(events).pipe(kept.train()).subscribe()
    await expect(kept.forget(3)).rejects.toThrow(/without a log/)
    const logged = keptOn()
    from(events).pipe(logged.train()).subscribe()
    expect(await logged.forget('no such id')).toBe(0)
    expect(bits(logged.learner.snapshot())).toBe(bits(learned(events)))
  })

  it('finds events of a log that was off for a while, as far as checkpoints and the log lead to now', async () => {
    const medium = memoryMedium()
    let kept = keptOn(medium)
    for (const [to, log] of [[50, true], [100, false], [150, true]] as const) {
      medium.unlock()
      kept = persist<SaleModel>(make(), openStore(medium), { every: 20, log, id: idOf })
      from(events.slice(kept.sequence, to)).pipe(kept.train()).subscribe()
      kept.checkpoint()
    }
    expect(kept.numbersOf('e30')).toEqual([30])
    await expect(kept.forget('e30')).rejects.toThrow(/the log leads from \d+ to \d+ of 150 operations/)
    await expect(kept.forget('e70')).rejects.toThrow(/the log has 100 of 150 operations, and "e70" in none of them/)
    expect([await kept.forget('e120'), kept.numbersOf('e120'), await kept.forget('e120')]).toEqual([1, [], 0])
    expect(bits(kept.learner.snapshot())).toBe(bits(learned(events.filter(({ id }) => id !== 'e120'))))
  })

  it('refuses where the first checkpoint could not be written', async () => {
    const kept = keptOn(new NoRoomAtFirst())
    from(events).pipe(kept.train()).subscribe()
    const before = bits(kept.learner.snapshot())
    await expect(kept.forget(events[3]!.id)).rejects.toThrow(/no checkpoint before operation 4/)
    expect(() => kept.at(1)).toThrow(/there is no checkpoint before operation 2/)
    expect(bits(kept.learner.snapshot())).toBe(before)
    await kept.flush()
  })

  it('takes an event back once: a second time there is none', async () => {
    const kept = keptOn()
    from(events).pipe(kept.train()).subscribe()
    expect([await kept.forget('e7'), await kept.forget('e7')]).toEqual([1, 0])
  })
})

describe('at(sequence), history$', () => {
  it('give every state there was, and the learner is as before', () => {
    const kept = keptOn()
    const seen: number[] = []
    kept.history$.subscribe(({ sequence }) => void seen.push(sequence))
    from(events).pipe(kept.train()).subscribe()
    const before = bits(kept.learner.snapshot())
    for (const sequence of [0, 1, 19, 20, 77, 150]) {
      expect(bits(kept.at(sequence)), `${sequence}`).toBe(bits(learned(events.slice(0, sequence))))
    }
    expect(seen).toEqual([0, 20, 40, 60, 80, 100, 120, 140])
    expect(bits(kept.learner.snapshot())).toBe(before)
    expect(() => kept.at(151)).toThrow(/150 operations are in reach/)
  })
})

describe('replay(store, learner)', () => {
  const medium = memoryMedium()
  const kept = keptOn(medium)
  from(events).pipe(kept.train()).subscribe()
  kept.checkpoint()
  const store = openStore(memoryMedium(medium.files), { readOnly: true })

  it('without some, until one, is a run of just these', () => {
    const { state, sequence } = replay(store, make(), { without: [30, 31], until: 90 })
    expect(sequence).toBe(90)
    expect(bits(state)).toBe(bits(learned(events.slice(0, 90).filter((_, k) => k !== 29 && k !== 30))))
    expect(() => replay(store, make(), { until: 151 })).toThrow(/leads to 150/)
    expect(bits(replay(store, make()).state)).toBe(bits(learned(events)))
  })

  it('from 0 in another learner says what it would have learned, and difference() by how much', () => {
    const other = models['all encoders, Adam']!()
    const { state, replayed } = replay(store, other, { from: 0, without: [10] })
    expect(replayed).toBe(149)
    const { tensors, patches } = difference(learned(events), state as object)
    expect(tensors.length).toBeGreaterThan(3)
    expect(tensors[0]!.norm).toBeGreaterThan(0)
    expect(patches!.patches.length).toBeGreaterThan(0)
    expect(difference(state as object, state as object)).toMatchObject({ tensors: [], others: [] })
  })

  it('the norm of a difference is its length', () => {
    const weight = (state: object, at: number): number => (
      (state as { training: { parameters: Record<string, { data: Float32Array }> } }).training
        .parameters['dense.weight']!.data[at]!
    )
    const [a, b] = [learned(events.slice(0, 50)), learned(events.slice(0, 51))]
    const { tensors } = difference(a, b)
    const found = tensors.find(({ path }) => path === 'training.parameters.dense.weight')!
    const size = found.shapes[0]!.reduce((product, n) => product * n, 1)
    const squares = Array.from({ length: size }, (_, k) => (weight(b, k) - weight(a, k)) ** 2)
    expect(found.norm).toBeCloseTo(Math.sqrt(squares.reduce((sum, x) => sum + x, 0)), 12)
  })
})
