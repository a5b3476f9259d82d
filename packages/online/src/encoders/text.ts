import { ValueError } from '@eddy/tensor'
import { type Emit, type Encoder, refuse } from '../encoder.ts'
import { hashTable } from './hash-table.ts'
import { absentBy, type MissingPolicy } from './missing.ts'
import { checkOptions } from '../known-options.ts'

export interface TextOptions {
  /** Runs of up to so many words: 1 (default) is words alone, 2 adds pairs of neighbours, 0 leaves words out. */
  readonly words?: number
  /** Runs of letters inside words, [from, to] long, with a mark at either end of a word; default none. */
  readonly letters?: readonly [from: number, to: number]
  /** The table has 2^bits slots; 1 to 24, default 18. */
  readonly bits?: number
  /** Chooses the hash function; default 0. */
  readonly seed?: number
  /**
   * 'length' (default): how often a term occurs, all divided by one number so that their squares add up to 1, so that a
   * long text does not weigh more. 'count': how often. 'presence': 1.
   */
  readonly weights?: 'length' | 'count' | 'presence'
  /** Terms of one text that are read, from its beginning; default 2000. */
  readonly termsMax?: number
  /** 'indicator': 1 in a slot of the table that says "missing". Default 'skip'. */
  readonly missing?: MissingPolicy
}

/** Marks, such as the vowels of Devanagari and Thai, are part of the word that they stand in. */
const wordPattern = /[\p{L}\p{N}][\p{L}\p{M}\p{N}]*/gu
/** Longer words are cut: nobody repeats them. */
const wordLengthMax = 64

/**
 * Words and n-grams of a text, found by hash: no term is kept, and memory is fixed from the start.
 *
 * A word is a run of letters and digits of any script, with the marks on them, in small letters by Unicode's own table,
 * not a language's. A run of words is named `free money`, a run of letters `#fre`; the slot is as of `hashed`. Terms
 * that share a slot add up.
 * Edge: '' and a text without words have no terms; anything but text rejects the event.
 * State/cost: 2^bits rows of weights; one number for each different term of an event.
 * Source: Weinberger et al. 2009, without signs.
 * @throws ValueError when an option is out of range.
 * @example features({ subject: text({ words: 2 }), body: text({ letters: [3, 5], bits: 20 }) })
 */
export function text(options: TextOptions = {}): Encoder {
  checkOptions('text', options, ['words', 'letters', 'bits', 'seed', 'weights', 'termsMax', 'missing'])
  const { words = 1, letters, bits = 18, seed = 0, weights = 'length', termsMax = 2000, missing = 'skip' } = options
  checkRuns(words, letters, termsMax)
  if (weights !== 'length' && weights !== 'count' && weights !== 'presence') {
    return refuse(weights, "the weights 'length', 'count' or 'presence'", 'Leave them out for length')
  }
  const encode = (value: unknown, emit: Emit): void => {
    if (typeof value !== 'string') refuse(value, 'text', 'Join its parts before, or declare it categorical()')
    const counts = new Map<string, number>()
    const found = terms(value, words, letters)
    for (let k = 0; k < termsMax; k++) {
      const { done, value: term } = found.next()
      if (done === true) break
      counts.set(term, (counts.get(term) ?? 0) + 1)
    }
    const scale = weights === 'length' ? 1 / Math.sqrt(squares(counts)) : 1
    for (const [term, count] of counts) emit(term, weights === 'presence' ? 1 : count * scale)
  }
  const table = hashTable({ bits, seed }, 'text')
  return Object.freeze({
    name: 'text', standardize: false, table, encode, ...absentBy('text', missing, ''),
  } satisfies Encoder)
}

function squares(counts: ReadonlyMap<string, number>): number {
  let sum = 0
  for (const count of counts.values()) sum += count * count
  return sum
}

/** The terms of a text, in the order of their words. */
function* terms(
  text: string, runMax: number, letters: readonly [number, number] | undefined,
): Generator<string, undefined, void> {
  const recent: string[] = []
  for (const [found] of text.matchAll(wordPattern)) {
    const word = found.slice(0, wordLengthMax).toLowerCase()
    if (runMax > 0) {
      recent.push(word)
      if (recent.length > runMax) recent.shift()
      for (let from = recent.length - 1; from >= 0; from--) yield recent.slice(from).join(' ')
    }
    if (letters === undefined) continue
    const marked = `<${word}>`
    for (let size = letters[0]; size <= letters[1]; size++) {
      for (let from = 0; from + size <= marked.length; from++) yield `#${marked.slice(from, from + size)}`
    }
  }
  return undefined
}

function checkRuns(words: number, letters: readonly [number, number] | undefined, termsMax: number): void {
  const isCount = (n: number, low: number, high: number): boolean => Number.isInteger(n) && n >= low && n <= high
  const areLetters = letters === undefined
    || (isCount(letters[0], 1, 32) && isCount(letters[1], letters[0], 32))
  const hasTerms = isCount(words, letters === undefined ? 1 : 0, 8) && isCount(termsMax, 1, 1_000_000)
  if (hasTerms && areLetters) return
  throw new ValueError({
    what: 'these are no terms', where: 'text', got: { words, letters, termsMax },
    wanted: 'words from 0 to 8, letters [from, to] from 1 to 32, one of the two, and termsMax from 1 to 1,000,000',
    hint: 'text() takes single words.',
  })
}
