import { ValueError } from '@eddy/tensor'
import type { HashTable } from '../encoder.ts'

export interface HashTableOptions {
  /** The table has 2^bits slots; 1 to 24. */
  readonly bits: number
  /** Chooses the hash function; default 0. */
  readonly seed?: number
}

/** @throws ValueError when bits or seed are out of range. */
export function hashTable({ bits, seed = 0 }: HashTableOptions, where: string): HashTable {
  if (!Number.isInteger(bits) || bits < 1 || bits > 24) {
    throw new ValueError({
      what: 'the size of the table is out of range', where, got: bits, wanted: 'an integer from 1 to 24',
      hint: '18 bits are 262,144 slots.',
    })
  }
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffff_ffff) {
    throw new ValueError({
      what: 'the seed is out of range', where, got: seed, wanted: 'an integer from 0 to 2^32 - 1',
      hint: 'Leave it out for 0.',
    })
  }
  return Object.freeze({ bits, seed })
}
