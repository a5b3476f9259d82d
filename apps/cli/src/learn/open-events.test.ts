import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { untilStopped } from './open-events.ts'

/** Promises that somebody asks to stop, and who asks. */
function request(): { readonly isStopped: boolean; readonly asked: Promise<void>; readonly ask: () => void } {
  let ask = (): void => {}
  const stop = {
    isStopped: false, asked: new Promise<void>((resolve) => (ask = resolve)),
    ask: () => {
      stop.isStopped = true
      ask()
    },
  }
  return stop
}

describe('untilStopped(batches, stop)', () => {
  it('gives all batches, and passes on how they fail', async () => {
    const failing = async function* (): AsyncGenerator<number> {
      yield 1
      yield 2
      throw new Error('the disk is gone')
    }
    const seen: number[] = []
    const reading = (async () => {
      for await (const batch of untilStopped(failing(), request())) seen.push(batch)
    })()
    await expect(reading).rejects.toThrow('the disk is gone')
    expect(seen).toEqual([1, 2])
  })

  it('ends when somebody says stop, though the next batch never comes', async () => {
    const silent = async function* (): AsyncGenerator<number> {
      yield 1
      await new Promise(() => {})
    }
    const stop = request()
    const seen: number[] = []
    const reading = (async () => {
      for await (const batch of untilStopped(silent(), stop)) seen.push(batch)
    })()
    await setImmediate()
    stop.ask()
    await reading
    expect(seen).toEqual([1])
  })

  it('keeps none of the batches that were given, while nobody says stop', async () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const made: WeakRef<object>[] = []
    const batches = async function* (): AsyncGenerator<object> {
      for (let k = 0; k < 100; k++) {
        const batch = { k, records: new Array<number>(1000).fill(k) }
        made.push(new WeakRef(batch))
        yield batch
      }
    }
    const stop = request()
    let alive = Infinity
    for await (const _ of untilStopped(batches(), stop)) {
      if (made.length < 100) continue
      await setImmediate()
      collect()
      alive = made.filter((reference) => reference.deref() !== undefined).length
    }
    stop.ask()
    expect(alive).toBeLessThan(5)
  })
})
