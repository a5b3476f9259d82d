import type { SourceCheckpoint } from '@eddy/sources'
import { readCheckpoint, writeCheckpoint } from '../checkpoint/checkpoint-file.ts'
import { Misuse } from '../misuse.ts'
import type { TimeColumn } from './event-time.ts'
import type { LearnOptions } from './learn-options.ts'
import type { Plan } from './plan.ts'
import { readLoss } from './read-loss.ts'
import { readOptimizer } from './read-optimizer.ts'
import type { Delay } from './read-delay.ts'
import type { SessionState } from './session.ts'

/** What a checkpoint of `eddy learn` holds. */
export interface LearnedFile {
  readonly kind: 'learned'
  readonly setting: Setting
  readonly session: SessionState
  readonly source: SourceCheckpoint
}

/** What decides what is learned: a run goes on only with the same. */
interface Setting extends Omit<Plan, 'optimizer' | 'loss' | 'because'> {
  /** As on the command line; null where none was given. */
  readonly optimizer: string | null
  readonly loss: string
  readonly time: TimeColumn | null
  readonly delay: Delay | null
}

/** The texts of options that only make functions. */
export interface OptionTexts {
  readonly optimizer: string | null
  readonly loss: string | null
}

export function saveLearned(
  folder: string, options: LearnOptions, texts: OptionTexts, plan: Plan, session: SessionState,
  source: SourceCheckpoint,
): void {
  const { optimizer: _, loss, because: __, ...rest } = plan
  const setting: Setting = {
    ...rest, optimizer: texts.optimizer, loss: texts.loss ?? loss.name, time: options.time, delay: options.delay,
  }
  writeCheckpoint(folder, { kind: 'learned', setting, session, source } satisfies LearnedFile)
}

/** @throws Misuse when there is none. */
export function loadLearned(folder: string): LearnedFile {
  const content = readCheckpoint(folder) as LearnedFile
  if (content?.kind === 'learned') return content
  throw new Error(`${folder} holds a checkpoint of something else. Name the folder that eddy learn --checkpoint wrote.`)
}

/** The plan that a checkpoint was learned by. */
export function planOf({ setting, session }: LearnedFile): Plan {
  const { optimizer, loss, time: _, delay, ...rest } = setting
  return {
    ...rest, classes: session.classes, isDelayed: delay !== null, because: 'as in the checkpoint',
    optimizer: optimizer === null ? null : readOptimizer(optimizer), loss: readLoss(loss),
  }
}

/** @throws Misuse when a run with these options would not be the one that the checkpoint was made by. */
export function checkSame(options: LearnOptions, texts: OptionTexts, { setting }: LearnedFile): void {
  const { target, task, model, ignore, seed, time, delay } = setting
  const check = (option: string, given: unknown, kept: unknown): void => {
    if (JSON.stringify(given) === JSON.stringify(kept)) return
    throw new Misuse(
      `--resume goes on with ${option} ${JSON.stringify(kept)}, got ${JSON.stringify(given)}. Give the options of the `
      + 'first run, or another --checkpoint.',
    )
  }
  check('--target', options.target, target)
  if (options.task !== 'auto') check('--task', options.task, task)
  check('--model', options.model, model)
  check('--optimizer', texts.optimizer, setting.optimizer)
  if (texts.loss !== null) check('--loss', texts.loss, setting.loss)
  check('--ignore', options.ignore, ignore)
  check('--seed', options.seed, seed)
  check('--time', options.time, time)
  check('--delay', options.delay, delay)
}
