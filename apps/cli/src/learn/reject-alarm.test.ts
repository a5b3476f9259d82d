import { describe, expect, it } from 'vitest'
import { RejectAlarm } from './reject-alarm.ts'
import { Tally } from './tally.ts'

/** So many records, some of them rejected. */
function come(tally: Tally, count: number, rejected: number): void {
  tally.received += count
  for (let k = 0; k < rejected; k++) tally.reject('E_LABEL', 'in record 1', 'wanted a number')
}

describe('RejectAlarm#look()', () => {
  it('says once that more than a tenth was rejected, and again after it was less', () => {
    const tally = new Tally()
    come(tally, 500, 400)
    const alarm = new RejectAlarm(tally)
    come(tally, 999, 999)
    expect(alarm.look()).toBeNull()
    come(tally, 1, 0)
    expect(alarm.look()).toMatch(/^999 of the last 1,000 records were rejected \(so far 1399 E_LABEL\)\. Give/)
    come(tally, 2000, 2000)
    expect(alarm.look()).toBeNull()
    come(tally, 1000, 100)
    expect(alarm.look()).toBeNull()
    come(tally, 1000, 101)
    expect(alarm.look()).toMatch(/^101 of the last 1,000 records/)
  })
})
