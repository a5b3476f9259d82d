import { zeros } from '@eddy/tensor'
import { Subject, type Subscription } from 'rxjs'
import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { backward } from './backward.ts'
import { defineFunction } from './define-operator.ts'
import { input } from './input.ts'
import { type Leaf, parameter } from './parameter.ts'
import { sharedArena } from './shared-arena.ts'

const firstOf = defineFunction<[]>({
  name: 'firstOf',
  shape: () => [],
  forward: ([table, x], y) => {
    y[0] = table![0]! * x![0]!
  },
  backward: (dy, [, x], _y, [dTable]) => {
    dTable!.fill(0)[0] = dy[0]! * x![0]!
  },
})

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** How many of 100 are alive, ten made in one go; all are given time to be collected. */
async function alive(make: () => Leaf): Promise<number> {
  const made: WeakRef<Leaf>[] = []
  for (let k = 0; k < 100; k++) {
    made.push(new WeakRef(make()))
    if (k % 10 < 9) continue
    await setImmediate()
    collect()
    await setImmediate()
  }
  return made.filter((leaf) => leaf.deref() !== undefined).length
}

function bytes(): number {
  return sharedArena({}).arena.u8.length
}

/** Learns one event with a table of 1 MiB, by an operator in JavaScript. */
function learn(source: Subject<number>): { readonly table: Leaf; readonly subscription: Subscription } {
  const table = parameter({ shape: [2 ** 18], initializer: zeros() })
  const subscription = firstOf(table, input(source, { shape: [] })).pipe(backward()).subscribe()
  source.next(1)
  return { table, subscription }
}

describe('models that nobody has any more are collected, and give back what they took', () => {
  it('when their source lives on', async () => {
    const source = new Subject<number>()
    const before = bytes()
    expect(await alive(() => {
      const { table, subscription } = learn(source)
      subscription.unsubscribe()
      return table
    })).toBeLessThan(5)
    expect(bytes() - before).toBeLessThan(2 ** 26)
  })

  it('when their source is gone, too, although nobody has unsubscribed', async () => {
    const before = bytes()
    expect(await alive(() => learn(new Subject<number>()).table)).toBeLessThan(5)
    expect(bytes() - before).toBeLessThan(2 ** 26)
  })
})
