import { describe, expect, it } from 'vitest'
import type { Setting } from '../kept/setting.ts'
import { Misuse } from '../misuse.ts'
import { revised } from './what-if.ts'

const setting: Setting = {
  target: 'y', task: 'regression', model: { kind: 'mlp', hidden: [4] }, loss: 'squared', optimizer: null, ignore: [],
  text: [], dates: [], seed: 1, isDelayed: false, classes: [], isOpen: false, time: null, delay: null, id: null,
  mayNest: false, isSettled: false, numbered: null,
}
const optimizerAfter = (from: Partial<Setting>, ...changes: string[]): string | null => (
  revised({ ...setting, ...from }, changes).optimizer
)

describe('revised(setting, changes)', () => {
  it('changes one option of the optimizer and leaves the others, those that were not written too', () => {
    expect(optimizerAfter({}, 'learning-rate=0.3')).toBe('adagrad:initial-accumulator-value=0.1,learning-rate=0.3')
    expect(optimizerAfter({ optimizer: 'adam:weight-decay=0.1,learning-rate=0.1' }, 'learning-rate=0.2'))
      .toBe('adam:weight-decay=0.1,learning-rate=0.2')
    expect(optimizerAfter({}, 'optimizer=sgd', 'momentum=0.9', 'learning-rate=1'))
      .toBe('sgd:momentum=0.9,learning-rate=1')
  })

  it('knows the step of ftrl by both of its names', () => {
    const linear = { model: { kind: 'linear' } } as const
    expect(optimizerAfter(linear, 'learning-rate=0.2')).toBe('ftrl:alpha=0.2')
    expect(optimizerAfter(linear, 'alpha=0.2', 'l1=1')).toBe('ftrl:alpha=0.2,l1=1')
  })

  it('changes seed, model and loss', () => {
    expect(revised(setting, ['seed=7', 'model=mlp:8,2', 'loss=huber:delta=2'])).toEqual({
      ...setting, seed: 7, model: { kind: 'mlp', hidden: [8, 2] }, loss: 'huber:delta=2',
    })
    const automatic = revised({ ...setting, optimizer: 'sgd' }, ['model=auto'])
    expect(automatic).toMatchObject({ model: { kind: 'auto' }, optimizer: null })
  })

  it.each([
    [{}, 'seed'], [{}, '=3'], [{}, 'seed=-1'], [{}, 'model=tree'], [{}, 'loss=log'], [{}, 'optimizer=best'],
    [{}, 'learning-rate=-1'], [{}, 'learning-rate=quick'], [{ model: { kind: 'auto' } }, 'learning-rate=1'],
    [{ model: { kind: 'auto' } }, 'loss=huber'], [{ task: 'multiclass' }, 'model=auto'],
  ] as const)('of %j refuses %s, naming it', (from, change) => {
    const attempt = (): unknown => revised({ ...setting, ...from } as Setting, [change])
    expect(attempt).toThrow(Misuse)
    expect(attempt).toThrow(new RegExp(`^--set ${change}\\b`))
  })
})
