import { expect, it } from 'vitest'
import { compiled } from './compiled.ts'

it('compiled().take gives zeroed rooms that never overlap, those that are free first; memory grows', () => {
  const owner = {}
  const rooms = [3, 200, 5000, 3, 2 ** 21, 2 ** 20].map((numbers) => compiled().take(owner, numbers))
  const sorted = [...rooms].sort((a, b) => a.at - b.at)
  sorted.forEach(({ at, bytes }, k) => expect(at + bytes).toBeLessThanOrEqual(sorted[k + 1]?.at ?? Infinity))
  expect(compiled().f64.byteLength).toBeGreaterThan(2 ** 24)
  compiled().f64.fill(7, rooms[1]!.at >>> 3, (rooms[1]!.at + rooms[1]!.bytes) >>> 3)
  compiled().free(rooms[1]!)
  const again = compiled().take(owner, 150)
  expect(again).toEqual(rooms[1])
  expect(compiled().f64.subarray(again.at >>> 3, (again.at + again.bytes) >>> 3).every((x) => x === 0)).toBe(true)
  for (const room of [...rooms.filter((_, k) => k !== 1), again]) compiled().free(room)
})
