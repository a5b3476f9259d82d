import { type Column, type DateOrder, type DeclaredKind, readBoolean, readTime } from '@eddy/sources'
import type { Loaded } from '../kept/open-kept.ts'
import type { Setting } from '../kept/setting.ts'
import type { Events } from '../learn/open-events.ts'
import { fileWord } from '../learn/summary.ts'
import { Misuse } from '../misuse.ts'
import { nearest } from '../nearest.ts'

const shownMax = 8

/**
 * How columns of a CSV are read: as they were when learned from, whatever the few values of another file look like. A
 * column of numbers may have words among them; what was true or false is seen again.
 */
export function readAs(setting: Setting): (name: string) => DeclaredKind | undefined {
  const { kinds = {}, dateOrders = {}, target, ignore } = setting
  return (name) => {
    if (name === target || ignore.includes(name) || !Object.hasOwn(kinds, name)) return undefined
    const kind = kinds[name]!
    if (kind === 'number' || kind === 'mixed') return 'mixed'
    if (kind === 'time' && Object.hasOwn(dateOrders, name)) return dateOrders[name]
    return kind === 'category' || kind === 'text' || kind === 'time' ? kind : undefined
  }
}

/**
 * What to warn of when columns that were learned from are not there, or hold words where numbers were; else null. Of
 * nested fields only the outermost name counts, because items of lists come and go.
 * @throws Misuse when none is there: every prediction would be the same.
 */
export function compareColumns(
  { session, setting }: Pick<Loaded, 'session' | 'setting'>, { columns, isNested, sample }: Events, file: string,
): string | null {
  const { plan, model } = session
  const called = isNested || setting.mayNest ? outermost : (name: string) => name
  const wanted = new Set([...model.fields(), ...plan.text, ...plan.dates].map(called))
  const there = new Set(columns.map(({ name }) => called(name)))
  // Of nothing at all there is nothing to predict.
  if (wanted.size === 0 || there.size === 0) return null
  const missing = [...wanted].filter((name) => !there.has(name))
  if (missing.length === 0) return strangeValues(setting, sample, file)
  const what = fileWord(file)
  if (missing.length === wanted.size) {
    throw new Misuse(
      `${what} has none of the columns that ${plan.target} was learned from: wanted ${shown(missing)}, got `
      + `${shown([...there])}. Give records with these columns, a CSV with its header.`,
    )
  }
  const spare = [...there].filter((name) => !wanted.has(name) && name !== plan.target && !plan.ignore.includes(name))
  const near = missing.slice(0, shownMax).map((name) => nearest(name, spare)).filter((name) => name !== null)
  const hint = near.length === 0 ? '' : ` (it has ${shown([...new Set(near)])})`
  return `${what} lacks ${missing.length} of the ${wanted.size} columns that ${plan.target} was learned from: `
    + `${shown(missing)}${hint}. Predictions go without.`
}

/** Words where numbers were learned from say nothing to the model, nor does anything else that it was not told of. */
function strangeValues(
  { kinds = {}, dateOrders = {}, target, ignore }: Setting, sample: Events['sample'], file: string,
): string | null {
  for (const [name, kind] of Object.entries(kinds)) {
    const learned = usualValues[kind]
    if (learned === undefined || name === target || ignore.includes(name)) continue
    const order = Object.hasOwn(dateOrders, name) ? dateOrders[name] : undefined
    const values = sample.map((record) => record[name]).filter((value) => value !== null && value !== undefined)
    const strange = values.filter((value) => !learned.suits(value, order))
    if (strange.length <= values.length / 2) continue
    const word = typeof strange[0] === 'string' ? 'text' : 'values'
    return `column ${name} of ${fileWord(file)} holds ${word} such as ${JSON.stringify(strange[0])}, and was learned `
      + `from as ${learned.called}. Predictions go without.`
  }
  return null
}

const usualValues: Partial<Record<Column['kind'], {
  readonly called: string
  readonly suits: (value: unknown, order?: DateOrder) => boolean
}>> = {
  number: { called: 'numbers', suits: (value) => typeof value !== 'string' },
  boolean: {
    called: 'true and false',
    suits: (value) => (typeof value === 'string' ? readBoolean(value) !== null : typeof value === 'boolean'),
  },
  time: {
    called: 'times',
    suits: (value, order) => (typeof value === 'string' ? readTime(value, order) !== null : typeof value === 'number'),
  },
}

function outermost(name: string): string {
  const dot = name.indexOf('.', 1)
  return dot < 0 ? name : name.slice(0, dot)
}

function shown(names: readonly string[]): string {
  const rest = names.length - shownMax
  return names.slice(0, shownMax).join(', ') + (rest > 0 ? ` and ${rest} more` : '')
}
