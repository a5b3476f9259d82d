import type { Column, DateOrder } from '@eddy/sources'
import type { Task } from 'eddy'
import { Misuse } from '../misuse.ts'
import { suggestion } from '../nearest.ts'
import { headerHint } from './header-hint.ts'
import type { LabelFacts } from './label-facts.ts'
import type { LearnOptions } from './learn-options.ts'
import type { ModelPlan } from './model.ts'
import { asWord } from './labels.ts'
import { isInside } from './nested.ts'
import { type LossChoice, usualLoss } from './read-loss.ts'
import { fileWord } from './summary.ts'

/** What is learned, and why: `because` is for people. */
export interface Plan extends ModelPlan {
  readonly classes: readonly string[]
  /** Whether a class that is not among these can still be learned. */
  readonly isOpen: boolean
  /**
   * Numbers that were taken for those of classes: any other label says that this was a mistake. Of none, any whole
   * number will do; null: nobody guessed, or classes are no numbers.
   */
  readonly numbered: readonly number[] | null
  readonly because: string
  /** What the target's column has for false and for true, where these are other words. Absent: they are not. */
  readonly words?: readonly [no: string, yes: string]
  /** Of columns of dates such as 31/1/2024: whether the day or the month is first. Absent where there are none. */
  readonly dateOrders?: Readonly<Record<string, DateOrder>>
  /** Of `ignore`, what is no column but holds some: all inside is ignored, also what has not come yet. Absent: none. */
  readonly groups?: readonly string[]
  /** Columns of dates whose numbers are seconds since 1970. Absent where there are none. */
  readonly seconds?: readonly string[]
}

/**
 * Decides what is to be learned, from the columns and the labels that were seen; `isLast` when no other labels can be
 * looked at.
 * @throws Misuse when a column is not there, there is no label, or the loss belongs to another task.
 */
export function makePlan(
  options: LearnOptions, columns: readonly Column[], facts: LabelFacts, isLast = options.file === '-',
): Plan {
  const { target, model, loss, ignore, seed, optimizer } = options
  checkColumns(options, columns.map(({ name }) => name))
  if (facts.count === 0 && !mayComeLater(options)) {
    const where = `in the first records of ${fileWord(options.file)}`
    throw new Misuse(
      `--target ${target} has no value ${where}, so there is nothing to learn. Name a column with labels, or give `
      + '--task when they come later.',
    )
  }
  const task = options.task === 'auto' ? (loss?.task ?? facts.task) : options.task
  if (task !== 'binary') checkNumbers(task, target, facts, options.task === 'auto' && loss === null)
  if (task === 'regression' && !facts.areNumbers) {
    throw new Misuse(
      `${options.task === 'auto' ? `--loss ${loss?.name}` : '--task regression'} is for numbers, but --target `
      + `${target} holds ${shown(facts.classes)}. Leave it out.`,
    )
  }
  checkLoss(loss, task)
  const names = columns.map(({ name }) => name)
  const groups = ignore.filter((name) => !names.includes(name) && holdsSome(name, names))
  const namesOf = (wanted: Column['kind']): readonly string[] => (
    columns.filter(({ name, kind }) => kind === wanted && name !== target && !ignore.includes(name))
      .map(({ name }) => name).filter((name) => !isInside(name, groups))
  )
  const orders = columns.flatMap(({ name, order }) => (order === undefined ? [] : [[name, order] as const]))
  const words = columns.find(({ name }) => name === target)?.words
  const classes = (task === 'regression' ? [] : task === 'binary' ? facts.pair : facts.classes)
    .map((name) => (words === undefined ? name : asWord(name, words)))
  if (task === 'binary' && classes.length > 2) {
    throw new Misuse(
      `--target ${target} has more than two different values (${shown(classes)}), so it is not binary. Give --task `
      + 'multiclass, or leave --task out.',
    )
  }
  const isNumbered = options.task === 'auto' && task === 'multiclass' && facts.areWhole
  return {
    target, task, model, ignore, seed, loss: loss ?? usualLoss(task), optimizer,
    text: namesOf('text'), dates: namesOf('time'),
    ...(orders.length > 0 ? { dateOrders: Object.fromEntries(orders) } : {}), ...(groups.length > 0 ? { groups } : {}),
    ...(words === undefined ? {} : { words }), isDelayed: options.delay !== null,
    // The automatic model numbers its classes as they come.
    classes: task === 'multiclass' && model.kind === 'auto' ? [] : classes,
    isOpen: task === 'binary' ? classes.length < 2 : model.kind === 'auto',
    numbered: isNumbered ? isLast ? [] : classes.map(Number) : null,
    because: because(task, classes, options.task === 'auto') + whyNumbers(options, facts),
  }
}

/**
 * Amounts with separators, currencies or units are text, and of numbers with enough words between them a column of a
 * CSV is: neither are classes because of that.
 * @throws Misuse saying how they can be learned.
 */
function checkNumbers(task: Task, target: string, facts: LabelFacts, isGuessed: boolean): void {
  const { amount, numeric } = facts
  if (task === 'regression' ? facts.areNumbers : !isGuessed || !facts.areMany) return
  const otherwise = isGuessed ? '. If each is a class of its own, give --task multiclass' : ''
  if (amount !== null) {
    const what = `--target ${target} holds amounts such as ${JSON.stringify(amount)}, which are text`
    throw new Misuse(`${what}. Write them as plain numbers, as in 1234.5, to learn amounts${otherwise}.`)
  }
  if (numeric.text === null || !facts.areNumbers) return
  const others = numeric.other === null ? '' : `, and text such as ${JSON.stringify(numeric.other)}`
  throw new Misuse(
    `--target ${target} holds numbers as text, such as ${JSON.stringify(numeric.text)}${others}. Give --task `
    + `regression to learn the numbers${numeric.other === null ? '' : ' and reject the rest'}${otherwise}.`,
  )
}

/** Whether a run can begin before any label has been seen: of a file, all can be looked at when the first one comes. */
function mayComeLater({ task, model, file }: LearnOptions): boolean {
  return task !== 'auto' && (task !== 'multiclass' || model.kind === 'auto' || file !== '-')
}

/** @throws Misuse naming the column that is not there, and the one that was probably meant. */
export function checkColumns({ target, ignore, time, id, file }: LearnOptions, names: readonly string[]): void {
  const what = fileWord(file)
  if (names.length === 0) throw new Misuse(`${what} holds no records. Name a file with a header, or with JSON lines.`)
  const check = (option: string, name: string): void => {
    if (names.includes(name) || (option === '--ignore' && holdsSome(name, names))) return
    throw new Misuse(`${option} ${name} is no column of ${what}.${suggestion(name, names)}${headerHint(names)}`)
  }
  check('--target', target)
  if (id !== null) check('--id', id)
  for (const name of ignore) check('--ignore', name)
  if (time !== null) check('--time', time.name)
  if (ignore.includes(target)) {
    throw new Misuse(`--ignore ${target} is the target, which is no feature anyway. Leave it out.`)
  }
  if (time?.name === target) {
    throw new Misuse(`--time ${target} is the target. Name the column that says when a record happened.`)
  }
}

function holdsSome(group: string, names: readonly string[]): boolean {
  return names.some((name) => isInside(name, [group]))
}

function checkLoss(loss: LossChoice | null, task: string): void {
  if (loss === null || loss.task === task) return
  const usual = usualLoss(task as never).name
  throw new Misuse(`--loss ${loss.name} is for ${loss.task}, the task is ${task}. Leave it out for ${usual}.`)
}

function because(task: string, classes: readonly string[], isGuessed: boolean): string {
  const hint = isGuessed ? '; --task says otherwise' : ''
  if (task === 'regression') return `a number${hint}`
  if (task === 'binary' && classes.length === 2) return `two classes, ${classes[1]} against ${classes[0]}${hint}`
  const areNumbers = classes.length > 0 && classes.every((name) => Number.isInteger(Number(name)))
  const amounts = isGuessed && areNumbers && task === 'multiclass' ? '; --task regression if they are amounts' : hint
  const met = classes.length === 0 ? 'none' : shown(classes)
  return `${task === 'binary' ? 'two' : 'several'} classes, ${met} so far${amounts}`
}

/** Why whole numbers that look like those of classes were taken for amounts. */
function whyNumbers({ task, target }: LearnOptions, { task: guessed, reason }: LabelFacts): string {
  if (task !== 'auto' || guessed !== 'regression' || reason === null) return ''
  const why = reason === 'name' ? `its name, ${target}, says so` : 'its order means something'
  return ` (${why}; --task multiclass if it is the number of a class)`
}

function shown(names: readonly string[]): string {
  return `${names.slice(0, 8).join(', ')}${names.length > 8 ? ', …' : ''}`
}
