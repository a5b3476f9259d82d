import { absorb, mix, startHash } from '../hash-text.ts'

/** A field with more words than this, on average, is text. */
export const wordsOfText = 3.5
/** Words of an event that are read, and different words and pairs of them that count. */
const wordsMax = 300
const distinctMax = 200
const lettersMax = 20
/** Texts up to so many letters are looked up, while there are no more different ones. */
const shortMax = 32
const shortTexts = 1024

/** The words of a text, in small letters. */
export function wordsOf(text: string): readonly string[] {
  return text.slice(0, 20_000).toLowerCase().match(/[\p{L}\p{N}$!'][\p{L}\p{M}\p{N}$!']*/gu) ?? []
}

/** Names, by hash, of the different words of a text and of those that stand side by side; 2^16 for every field. */
export function termsOf(words: readonly string[]): readonly string[] {
  const terms = new Set<string>()
  let before = ''
  for (let i = 0; i < words.length && i < wordsMax && terms.size < distinctMax; i++) {
    const word = words[i]!.slice(0, lettersMax)
    terms.add(word)
    if (before !== '' && terms.size < distinctMax) terms.add(`${before} ${word}`)
    before = word
  }
  const names = new Set<string>()
  for (const term of terms) names.add(`\u0000${(mix(absorb(startHash(0), term)) >>> 16).toString(36)}`)
  return [...names]
}

/** Short texts that were met lately and are no dates: how many words each has. The same text is not read again. */
export class ShortTexts {
  readonly #counts = new Map<string, number>()

  /** -1 for a text that has to be read. */
  countOf(text: string): number {
    return text.length > shortMax ? -1 : this.#counts.get(text) ?? -1
  }

  /** Keeps the number of words, which it gives back. */
  met(text: string, words: number): number {
    if (text.length <= shortMax) {
      if (this.#counts.size >= shortTexts) this.#counts.clear()
      this.#counts.set(text, words)
    }
    return words
  }
}
