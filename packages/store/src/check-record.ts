import { ValueError } from '@eddy/tensor'

/** @throws ValueError unless this is a record. */
export function checkRecord(where: string, value: unknown, wanted: string, hint: string): asserts value is object {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return
  throw new ValueError({ what: 'this is no record', where, got: value, wanted, hint })
}
