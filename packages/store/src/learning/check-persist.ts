import { checkNumber, checkOptions, ValueError } from '@eddy/tensor'
import { checkRecord } from '../check-record.ts'
import type { PersistOptions } from './persist-options.ts'

const names: readonly (keyof PersistOptions<never>)[] = [
  'every', 'share', 'log', 'logEvery', 'source', 'id', 'dedup', 'delayed', 'make', 'rejectedMax', 'alarm',
  'waitingBytesMax', 'retryAfter',
]

/**
 * What plain JavaScript can get wrong: an option that is misspelt, or `id: 'id'`, would do nothing in silence.
 * `every`, `share` and `dedup` are looked at where they are used.
 * @throws ValueError
 */
export function checkPersist(learner: unknown, options: unknown): void {
  const where = 'persist'
  checkOptions(where, options, names)
  const given = options as PersistOptions<never>
  checkFunction('source', given.source, 'source: () => rows.checkpoint()')
  checkFunction('id', given.id, 'id: (event) => event.id')
  checkFunction('make', given.make, 'make: () => learner({ ... })')
  if (given.log !== undefined && typeof given.log !== 'boolean') {
    throw new ValueError({
      what: 'this says not whether there is a log', where, got: given.log, wanted: 'true or false',
      hint: 'Leave log out for false.',
    })
  }
  const count = (option: 'logEvery' | 'rejectedMax' | 'retryAfter' | 'waitingBytesMax', least: number): void => {
    const value = given[option]
    if (value === undefined || value === Infinity && option !== 'retryAfter') return
    checkNumber(where, option, value, { least, integer: option !== 'retryAfter' }, 'Leave it out for the default.')
  }
  count('logEvery', 1)
  count('rejectedMax', 0)
  count('waitingBytesMax', 0)
  count('retryAfter', 0)
  if (given.alarm !== undefined) {
    checkOptions('persist({ alarm })', given.alarm, ['share', 'window'])
    const { share = 0.1, window = 1000 } = given.alarm
    checkNumber('persist({ alarm })', 'share', share, { least: 0, most: 1 }, 'Leave it out for 0.1.')
    checkNumber('persist({ alarm })', 'window', window, { least: 1, most: 2 ** 24, integer: true }, 'Or 1000.')
  }
  if (given.delayed !== undefined) checkDelayed(learner, given.delayed)
}

function checkDelayed(learner: unknown, delayed: unknown): void {
  const where = 'persist({ delayed })'
  checkOptions(where, delayed, ['requests', 'labels'])
  const { requests, labels } = delayed as Readonly<Record<string, unknown>>
  checkRecord(where, requests, 'requests: { key, ... }, as of learner.predict', 'Give both requests and labels.')
  checkRecord(where, labels, 'labels: { key, label, ... }, as of learner.learn', 'Give both requests and labels.')
  checkHas(
    where, 'learner of labels that come later', learner, ['predict', 'learn', 'rejected$'],
    'A learner or an automatic model is one; others learn when an event is there with its label.',
  )
}

function checkFunction(option: string, value: unknown, example: string): void {
  if (value === undefined || typeof value === 'function') return
  throw new ValueError({
    what: `${option} is no function`, where: 'persist', got: value, wanted: example, hint: 'Give a function.',
  })
}

/** @throws ValueError */
export function checkStore(where: string, store: unknown): void {
  checkHas(where, 'store', store, ['newest', 'operations'], 'For example openStore(nodeFiles(\'trips.store\')).')
}

/** @throws ValueError */
export function checkLearner(where: string, learner: unknown): void {
  const hint = 'choose' in Object(learner)
    ? 'A bandit is kept by an object whose learnOne does what each event asks for: see Learnable.'
    : 'Give what is to be kept first.'
  checkHas(where, 'learner', learner, ['learnOne', 'snapshot', 'restore'], hint)
  const { learnOne } = learner as { readonly learnOne: unknown }
  if (typeof learnOne === 'function' && learnOne.constructor.name !== 'AsyncFunction') return
  throw new ValueError({
    what: 'this learner cannot be kept', where, got: learnOne, wanted: 'a learnOne that has learned when it returns',
    hint: 'Wait for what an event needs before it is learned.',
  })
}

function checkHas(where: string, what: string, value: unknown, methods: readonly string[], hint: string): void {
  if (methods.every((name) => name in Object(value))) return
  const wanted = `one with ${methods.join(', ')}`
  throw new ValueError({ what: `this is no ${what}`, where, got: value, wanted, hint })
}
