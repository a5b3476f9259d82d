import { from, type OperatorFunction } from 'rxjs'
import { describe, expect, it } from 'vitest'
import type { Fields } from '../forms.ts'
import { modelForms } from './all-forms.ts'
import { expectSame } from './bits.ts'
import { learn, rowsFor } from './trained.ts'

interface Trainable {
  train(): OperatorFunction<Fields, unknown>
}

/** Models that take labels with their events; others have streams of requests and streams of labels. */
const trainable = modelForms.filter((form) => 'train' in form.make({}).self && form.waits !== true)

describe('train(): a stream is learned as its events are one by one; those that are no use emit nothing', () => {
  it.each(trainable)('$name', (form) => {
    const rows = rowsFor(form, 30)
    const [streamed, single] = [form.make({ seed: 1 }), form.make({ seed: 1 })]
    learn(single, rows)
    const mixed = rows.flatMap((row, k) => (k % 3 === 0 ? [{ ...row, a: NaN }, row] : [row]))
    let [emitted, isComplete] = [0, false]
    from(mixed).pipe((streamed.train ?? (() => (streamed.self as Trainable).train()))()).subscribe({
      next: () => emitted++, complete: () => void (isComplete = true),
    })
    expect([emitted, isComplete]).toEqual([30, true])
    expectSame(streamed.snapshot(), single.snapshot())
  })

  it('is about every model that is asked and told at once', () => {
    expect(modelForms.filter((form) => form.waits !== true && !trainable.includes(form))).toEqual([])
  })
})
