import { EventError } from '@eddy/graph'
import { formatValue, ValueError } from '@eddy/tensor'
import { magnitudeMax } from './encoders/finite-number.ts'
import type { ClassAxis } from './class-axis.ts'
import type { Task } from './task.ts'

/** What an event may give as its label. */
export type Label = number | string | boolean

/** Where the label is: a function of the event, or the name of a field. */
export type Target<E> = ((event: E) => unknown) | string

/**
 * Makes the reader of labels as numbers: the number itself for a regression; 0 or 1 (or a probability in between) for
 * two classes, with `classes` their position; the number of the class for more.
 * @throws ValueError when the classes do not suit the task. The reader throws EventError for what is no label.
 */
export function targetReader<E>(
  target: Target<E>, task: Task, count: number, classes: readonly Label[] | undefined,
): (event: E) => number {
  const { find, where } = finderOf(target)
  if (classes !== undefined) return fromClasses(find, where, task, count, classes)
  const { wanted, hint, accepts } = ranges(count)[task]
  return (event) => {
    const got = find(event)
    const value = task === 'binary' && typeof got === 'boolean' ? Number(got) : got
    if (typeof value === 'number' && accepts(value)) return value + 0
    throw new EventError(`${formatValue(got)} as the target${where}`, wanted, hint)
  }
}

/**
 * The reader of labels whose classes are met on the way: the number of the class, a new one for a new class. The reader
 * throws EventError for what names no class, and for a new class when there is no room. `grown` is told of a new class.
 */
export function openTargetReader<E>(target: Target<E>, axis: ClassAxis, grown: () => void): (event: E) => number {
  const { find, where } = finderOf(target)
  return (event) => {
    const got = find(event)
    if (typeof got !== 'string' && typeof got !== 'boolean' && !(typeof got === 'number' && Number.isFinite(got))) {
      throw new EventError(
        `${formatValue(got)} as the target${where}`, 'the name of a class: text, a finite number or a boolean',
        'Filter out events without a label',
      )
    }
    const { size } = axis
    const number = axis.numberOf(got)
    if (axis.size !== size) grown()
    if (number >= 0) return number
    throw new EventError(
      `the new class ${formatValue(got)} as the target${where}`, `one of the ${axis.max} classes met so far`,
      'Raise learner({ classesMax }), or give rare classes one name before',
    )
  }
}

function finderOf<E>(target: Target<E>): { readonly find: (event: E) => unknown; readonly where: string } {
  if (typeof target === 'function') return { find: target, where: '' }
  return { find: (event) => fieldOf(event, target), where: ` in field ${formatValue(target)}` }
}

export function fieldOf(event: unknown, name: string): unknown {
  const isRecord = typeof event === 'object' && event !== null
  if (!isRecord || (name in Object.prototype && !Object.hasOwn(event, name))) return undefined
  return (event as Readonly<Record<string, unknown>>)[name]
}

interface Range {
  readonly wanted: string
  readonly hint: string
  readonly accepts: (value: number) => boolean
}

function ranges(count: number): Readonly<Record<Task, Range>> {
  return {
    regression: {
      wanted: `a number from -${magnitudeMax} to ${magnitudeMax}`,
      hint: 'Parse text before; filter out events without a label',
      accepts: (value) => value >= -magnitudeMax && value <= magnitudeMax,
    },
    binary: {
      wanted: 'true, false, or a number from 0 to 1',
      hint: "Compare before (e.label === 'spam'), or give learner({ classes })",
      accepts: (value) => value >= 0 && value <= 1,
    },
    multiclass: {
      wanted: `the number of a class, 0 to ${count - 1}`, hint: 'For names, give learner({ classes: [...] })',
      accepts: (value) => Number.isInteger(value) && value >= 0 && value < count,
    },
  }
}

function fromClasses<E>(
  find: (event: E) => unknown, where: string, task: Task, count: number, classes: readonly Label[],
): (event: E) => number {
  const wantedCount = task === 'multiclass' ? count : 2
  const positions = new Map<unknown, number>(classes.map((name, k) => [name, k]))
  if (task === 'regression' || positions.size !== wantedCount || classes.length !== wantedCount) {
    throw new ValueError({
      what: 'the classes do not suit the model', where: 'learner', got: classes,
      wanted: task === 'regression' ? 'none, the loss is one of regression' : `${wantedCount} different ones`,
      hint: task === 'binary' ? 'The second of two is the positive one.' : 'One for each output of the model.',
    })
  }
  return (event) => {
    const got = find(event)
    const position = positions.get(got)
    if (position !== undefined) return position
    throw new EventError(
      `${formatValue(got)} as the target${where}`, `one of ${formatValue(classes)}`, 'Add it to classes and outputs',
    )
  }
}
