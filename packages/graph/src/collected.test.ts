import { zeros } from '@eddy/tensor'
import { Subject } from 'rxjs'
import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
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

it('models that were built on a source that lives on are collected, and give back what they took', async () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const source = new Subject<number>()
  const learn = (leaf: Leaf): WeakRef<Leaf> => {
    const subscription = firstOf(leaf, input(source, { shape: [] })).pipe(backward()).subscribe()
    source.next(1)
    subscription.unsubscribe()
    return new WeakRef(leaf)
  }
  const leaves: WeakRef<Leaf>[] = []
  const bytes = (): number => sharedArena({}).arena.u8.length
  const before = bytes()
  for (let k = 0; k < 100; k++) {
    leaves.push(learn(parameter({ shape: [2 ** 18], initializer: zeros() })))
    if (k % 10 < 9) continue
    await setImmediate()
    collect()
    await setImmediate()
  }
  expect(leaves.filter((leaf) => leaf.deref() !== undefined).length).toBeLessThan(5)
  // 100 MiB in all, 10 of them at a time, beside gradients.
  expect(bytes() - before).toBeLessThan(2 ** 26)
})
