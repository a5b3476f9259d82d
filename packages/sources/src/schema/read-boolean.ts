/** Pairs of words for true and false; a column uses one of them throughout, in any case. */
const pairs: readonly (readonly [string, string])[] = [['true', 'false'], ['yes', 'no'], ['t', 'f'], ['y', 'n']]
const meanings = new Map(pairs.flatMap(([yes, no]) => [[yes, true], [no, false]] as const))

/** true, false, or null when the text is neither. 1 and 0 are numbers. */
export function readBoolean(text: string): boolean | null {
  return text.length > 5 ? null : (meanings.get(text.toLowerCase()) ?? null)
}

/** Which pair of words a text belongs to; -1 for none. */
export function booleanPair(text: string): number {
  const word = text.toLowerCase()
  return pairs.findIndex(([yes, no]) => word === yes || word === no)
}

/** The words of a pair, but for `true` and `false`, as they were first `met`; null where it is those. */
export function wordsOf(pair: number, met: ReadonlyMap<boolean, string>): readonly [string, string] | null {
  const [yes, no] = pairs[pair]!
  return yes === 'true' ? null : [met.get(false) ?? no, met.get(true) ?? yes]
}
