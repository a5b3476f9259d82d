import type { ByteWriter } from './byte-writer.ts'
import { kinds } from './kinds.ts'

/** Appends a number as a value. */
export function putNumber(writer: ByteWriter, value: number): void {
  if (value >= 0 && value <= 0xffffffff && Number.isInteger(value) && !Object.is(value, -0)) {
    writer.u8(kinds.small)
    writer.count(value)
  } else {
    writer.u8(kinds.number)
    writer.f64(value)
  }
}
