import { InvalidArgumentError } from 'commander'
import type { Setting } from '../kept/setting.ts'
import { readLoss } from '../learn/read-loss.ts'
import { readModel } from '../learn/read-model.ts'
import { readOptimizer, usualOptimizer } from '../learn/read-optimizer.ts'
import { Misuse } from '../misuse.ts'

/**
 * Another setting: `seed=2`, `model=linear`, `optimizer=adam`, `loss=huber`, or an option of the optimizer such as
 * `learning-rate=0.01`, the others of which stay.
 * @throws Misuse when there is no such thing to set, or not this value.
 */
export function revised(setting: Setting, changes: readonly string[]): Setting {
  return changes.reduce(revisedOnce, setting)
}

function revisedOnce(setting: Setting, change: string): Setting {
  const [key = '', ...rest] = change.split('=')
  const value = rest.join('=')
  if (key === '' || value === '') throw new Misuse(`--set ${change} is no setting. Give one as in learning-rate=0.01.`)
  try {
    switch (key) {
      case 'seed': return { ...setting, seed: seedOf(value) }
      case 'model': return withModel(setting, value)
      case 'optimizer': return withOptimizer(setting, value)
      case 'loss': return withLoss(setting, value)
      default: return withOptimizer(setting, withOption(setting, key, value))
    }
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error
    throw new Misuse(`--set ${change}: ${error.message}`, { cause: error })
  }
}

function seedOf(text: string): number {
  if (/^\d+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text)
  throw new InvalidArgumentError('Give a whole number, at least 0.')
}

function withModel(setting: Setting, text: string): Setting {
  const model = readModel(text)
  const isMulti = setting.task === 'multiclass'
  if (isMulti && (model.kind === 'auto') !== (setting.model.kind === 'auto')) {
    throw new InvalidArgumentError('With several classes, auto and the others count these in different ways.')
  }
  if (model.kind !== 'auto') return { ...setting, model }
  return { ...setting, model, optimizer: null, isOpen: true }
}

function withOptimizer(setting: Setting, optimizer: string): Setting {
  if (setting.model.kind === 'auto') {
    throw new InvalidArgumentError('--model auto chooses for itself. Add --set model=linear before it.')
  }
  readOptimizer(optimizer)
  return { ...setting, optimizer }
}

function withLoss(setting: Setting, loss: string): Setting {
  const { task, name } = readLoss(loss)
  if (setting.model.kind === 'auto') throw new InvalidArgumentError('--model auto chooses for itself.')
  if (task !== setting.task) throw new InvalidArgumentError(`${name} is for ${task}, the task is ${setting.task}.`)
  return { ...setting, loss }
}

/** The optimizer with another option. */
function withOption({ optimizer, model }: Setting, key: string, value: string): string {
  const [name = '', ...rest] = (optimizer ?? usualOptimizer(model)).split(':')
  const options = rest.join(':').split(',').filter((option) => option !== '' && !option.startsWith(`${key}=`))
  // The step of this one has another name in its paper.
  const named = name === 'ftrl' && key === 'learning-rate' ? 'alpha' : key
  return `${name}:${[...options.filter((option) => !option.startsWith(`${named}=`)), `${named}=${value}`].join(',')}`
}
