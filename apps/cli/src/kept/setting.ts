import { isDeepStrictEqual } from 'node:util'
import type { Column, ColumnKind } from '@eddy/sources'
import { Misuse } from '../misuse.ts'
import { type TimeColumn, timeText } from '../learn/event-time.ts'
import type { LearnOptions } from '../learn/learn-options.ts'
import type { Plan } from '../learn/plan.ts'
import { type Delay, delayText } from '../learn/read-delay.ts'
import { readLoss } from '../learn/read-loss.ts'
import { type ModelChoice, modelText } from '../learn/read-model.ts'
import { readOptimizer } from '../learn/read-optimizer.ts'

/** What decides what is learned, as plain data: a run goes on only with the same. */
export interface Setting extends Omit<Plan, 'optimizer' | 'loss' | 'because'> {
  /** As on the command line; null where none was given. */
  readonly optimizer: string | null
  readonly loss: string
  readonly time: TimeColumn | null
  readonly delay: Delay | null
  /** The column that says what an event is called; null: its number. */
  readonly id: string | null
  /** Whether fields may be nested. */
  readonly mayNest: boolean
  /** Whether all labels of the file were looked at, so that none can change the plan any more. */
  readonly isSettled: boolean
  /** What columns held when learning began; folders of before do not say. */
  readonly kinds?: Kinds
}

/** Kinds of columns by name. */
export type Kinds = Readonly<Record<string, ColumnKind>>

/** Of columns that had values, without prototype: a column may be called anything. */
export function kindsOf(columns: readonly Column[]): Kinds {
  const known = columns.filter(({ sample }) => sample.values > 0).map(({ name, kind }) => [name, kind] as const)
  return Object.fromEntries(known)
}

/** The texts of options that only make functions. */
export interface OptionTexts {
  readonly optimizer: string | null
  readonly loss: string | null
}

export function settingOf(
  options: LearnOptions, texts: OptionTexts, plan: Plan, facts: Pick<Setting, 'isSettled' | 'mayNest' | 'kinds'>,
): Setting {
  const { optimizer: _, loss, because: __, ...rest } = plan
  const { time, delay, id } = options
  return { ...rest, optimizer: texts.optimizer, loss: texts.loss ?? loss.name, time, delay, id, ...facts }
}

/** The plan of a setting; `classes` are those met since. */
export function planOf(setting: Setting, classes: readonly string[] = setting.classes): Plan {
  const { optimizer, loss, time: _, delay, id: __, mayNest: ___, isSettled: ____, kinds: _____, ...rest } = setting
  return {
    // Folders of before know nothing of it.
    ...rest, numbered: rest.numbered ?? null, classes, isDelayed: delay !== null, because: 'as in the checkpoint',
    optimizer: optimizer === null ? null : readOptimizer(optimizer), loss: readLoss(loss),
  }
}

function isNone(value: unknown): boolean {
  return value === null || (Array.isArray(value) && value.length === 0)
}

/** An option as it would stand on the command line. */
function textOf(value: unknown): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return String(value)
  if ('kind' in value) return modelText(value as ModelChoice)
  return 'by' in value ? delayText(value as Delay) : timeText(value as TimeColumn)
}

/** @throws Misuse when a run with these options would not be the one that was kept. */
export function checkSame(options: LearnOptions, texts: OptionTexts, setting: Setting): void {
  const { target, task, model, ignore, seed, time, delay, id } = setting
  const check = (option: string, given: unknown, kept: unknown): void => {
    // What was kept has its entries in another order.
    if (isDeepStrictEqual(given, kept)) return
    throw new Misuse(
      `--resume goes on ${isNone(kept) ? `without ${option}` : `with ${option} ${textOf(kept)}`}, got `
      + `${isNone(given) ? 'none' : textOf(given)}. Give the options of the first run, or another --checkpoint.`,
    )
  }
  check('--target', options.target, target)
  if (options.task !== 'auto') check('--task', options.task, task)
  check('--model', options.model, model)
  check('--optimizer', texts.optimizer, setting.optimizer)
  if (texts.loss !== null) check('--loss', texts.loss, setting.loss)
  check('--id', options.id, id)
  check('--time', options.time, time)
  // What these columns are is ignored, too.
  check('--ignore', options.ignore, ignore)
  check('--seed', options.seed, seed)
  check('--delay', options.delay, delay)
}
