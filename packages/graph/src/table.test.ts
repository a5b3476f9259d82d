import { describe, expect, it } from 'vitest'
import { sharedArena } from './shared-arena.ts'
import { Table } from './table.ts'

const owner = {}
const memory = sharedArena(owner)
const { arena } = memory

/** Grows a table [rows, 4] of f32, row by row; row k holds k. Returns how many bytes were moved, and how often. */
function grow(table: Table, from: number, to: number): { bytes: number; moves: number; shapes: number } {
  const seen = { bytes: 0, moves: 0, shapes: 0 }
  for (let rows = from + 1; rows <= to; rows++) {
    const { at, size } = table.slot
    if (table.fit(rows)) seen.shapes++
    if (table.slot.at !== at) {
      seen.moves++
      seen.bytes += 4 * size
    }
    arena.f32.fill(rows, (table.slot.at >>> 2) + 4 * (rows - 1), (table.slot.at >>> 2) + 4 * rows)
  }
  return seen
}

function holdsItsRows({ slot: { at, size, shape } }: Table, rows: number): void {
  const live = arena.array('f32', at, size)
  expect(size).toBe(4 * shape[0]!)
  for (let k = 0; k < size; k++) if (live[k] !== (k < 4 * rows ? 1 + (k >> 2) : 0)) expect([k, live[k]]).toBe('wrong')
}

describe('Table#fit(rows)', () => {
  it('moves less than 2 MiB in all, however far the table grows, and keeps every row', () => {
    const table = new Table(memory, 'f32', [1, 4], true)
    const small = grow(table, 0, 2 ** 14)
    const large = grow(table, 2 ** 14, 2 ** 19)
    holdsItsRows(table, 2 ** 19)
    expect(small.bytes + large.bytes).toBeLessThan(2 ** 21)
    expect([large.moves, large.shapes]).toEqual([2, 5])
    table.free()
  })

  it('answers false while there are spare rows', () => {
    const table = new Table(memory, 'f64', [5, 2], true)
    expect(table.slot).toMatchObject({ size: 32, shape: [16, 2], dtype: 'f64' })
    expect([table.fit(16), table.fit(17), table.fit(32)]).toEqual([false, true, false])
    table.free()
  })

  it('starts from zeros where another large table has been', () => {
    const first = new Table(memory, 'f32', [2 ** 17, 4], true)
    const { at } = first.slot
    arena.f32.fill(7, at >>> 2, (at >>> 2) + first.slot.size)
    first.free()
    const second = new Table(memory, 'f32', [2 ** 17, 4], true)
    expect(second.slot.at).toBeLessThanOrEqual(at)
    holdsItsRows(second, 0)
    second.free()
  })

  it('of a table that does not grow takes the shape as it is', () => {
    const table = new Table(memory, 'f32', [], false)
    expect(table.slot).toMatchObject({ size: 1, shape: [] })
    table.free()
  })
})
