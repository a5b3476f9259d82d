import { EddyError } from '@eddy/tensor'

const refused: ReadonlySet<string> = new Set(['', '__proto__', 'constructor', 'prototype'])

/** A name of a parameter, slot or buffer that is no plain data in a JavaScript object. */
export class KeyError extends EddyError {
  override readonly name = 'KeyError'
  readonly key: string
  constructor(key: string, where: string) {
    const name = JSON.stringify(key)
    super('E_KEY', `${where}: the name ${name} is refused: it is empty or part of JavaScript. Choose another.`)
    this.key = key
  }
}

/** @throws KeyError when a name is empty, `__proto__`, `constructor` or `prototype`. */
export function checkKey(key: string, where: string): void {
  if (refused.has(key)) throw new KeyError(key, where)
}

/** Checks the own keys of a record. @throws KeyError */
export function checkKeys(record: object, where: string): void {
  for (const key of Object.keys(record)) checkKey(key, where)
}
