import { describe, expect, it } from 'vitest'
import { LabelQueue } from './label-queue.ts'

/** Records of these times, one after the other: what came due at each, then the rest. */
function play(by: number, times: readonly number[]): readonly (readonly number[])[] {
  const queue = new LabelQueue<number>(by)
  const due = times.map((time, record) => {
    const all = [...queue.dueAt(time)]
    queue.add(record, time)
    return all
  })
  return [...due, [...queue.rest()]]
}

describe('LabelQueue', () => {
  it('gives a label before the first record that is so much later', () => {
    expect(play(2, [0, 1, 2, 3, 4])).toEqual([[], [], [0], [1], [2], [3, 4]])
    expect(play(30, [0, 10, 29, 30, 90])).toEqual([[], [], [], [0], [1, 2, 3], [4]])
  })

  it('takes times that run backwards: labels in the order in which they are due', () => {
    expect(play(10, [5, 0, 12, 20])).toEqual([[], [], [1], [0], [2, 3]])
  })

  it('keeps the order of records that are due together', () => {
    expect(play(5, [1, 1, 1, 6])).toEqual([[], [], [], [0, 1, 2], [3]])
  })

  it('restore(state) goes on as before, also after thousands', () => {
    const [queue, copy] = [new LabelQueue<number>(3), new LabelQueue<number>(3)]
    for (let k = 0; k < 5000; k++) {
      const due = [...queue.dueAt(k)]
      expect(due).toEqual(k < 3 ? [] : [k - 3])
      queue.add(k, k)
    }
    copy.restore(queue.state)
    expect([copy.count, ...copy.dueAt(4999 + 1)]).toEqual([3, 4997])
  })
})
