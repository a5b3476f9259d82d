const classWords = new Set([
  'activity', 'brand', 'category', 'class', 'cls', 'cluster', 'code', 'color', 'colour', 'diagnosis', 'digit', 'family',
  'fault', 'genre', 'gesture', 'group', 'intent', 'kind', 'label', 'mode', 'occupation', 'segment', 'species', 'status',
  'subject', 'topic', 'type', 'variety',
])
const amountWords = new Set([
  'age', 'amount', 'case', 'children', 'click', 'cnt', 'cost', 'count', 'days', 'delay', 'demand', 'distance',
  'duration', 'goal', 'grade', 'height', 'hour', 'length', 'like', 'minute', 'order', 'percent', 'point', 'price',
  'qty', 'quality', 'quantity', 'rank', 'rate', 'rating', 'ring', 'sale', 'score', 'second', 'size', 'sold', 'star',
  'sum', 'temperature', 'total', 'view', 'visit', 'visitor', 'vote', 'weight', 'width', 'years',
])
const countWords = new Set(['count', 'n', 'no', 'nr', 'num', 'number'])

/**
 * What a column's name says of whole numbers in it: that they number classes, or that they are amounts; null where it
 * says nothing. The last word that says something decides, since that is what a compound is a kind of; a name that
 * begins with a word for counting is an amount.
 * @example wordOf('Cover_Type') // 'class'
 * @example wordOf('classSize') // 'amount'
 */
export function wordOf(name: string): 'class' | 'amount' | null {
  const words = name.replaceAll(/([a-z\d])([A-Z])/g, '$1 $2').toLowerCase().split(/[^\p{L}]+/u)
    .filter((word) => word !== '')
  if (words.length > 1 && countWords.has(words[0]!)) return 'amount'
  const of = words.indexOf('of')
  for (const word of (of > 0 ? words.slice(0, of) : words).reverse()) {
    for (const form of [word, word.replace(/s$/, ''), word.replace(/es$/, ''), word.replace(/ies$/, 'y')]) {
      if (classWords.has(form)) return 'class'
      if (amountWords.has(form)) return 'amount'
    }
  }
  return null
}
