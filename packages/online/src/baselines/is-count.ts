/** Whether something can have been counted: a state from outside may say anything. */
export function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0
}
