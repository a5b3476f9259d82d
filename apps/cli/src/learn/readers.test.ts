import { InvalidArgumentError } from 'commander'
import { describe, expect, it } from 'vitest'
import { nameList, wholeNumber } from '../arguments.ts'
import { readTimeColumn, timeReader, timeText } from './event-time.ts'
import { readNamedOptions } from './named-options.ts'
import { delayText, readDelay } from './read-delay.ts'
import { lossNames, readLoss } from './read-loss.ts'
import { modelText, readModel } from './read-model.ts'
import { optimizerNames, readOptimizer } from './read-optimizer.ts'

describe('readModel(text)', () => {
  it('reads names and widths', () => {
    expect([readModel('auto'), readModel('linear'), readModel('mlp:32,16'), readModel('mlp')]).toEqual([
      { kind: 'auto' }, { kind: 'linear' }, { kind: 'mlp', hidden: [32, 16] }, { kind: 'mlp', hidden: [32] },
    ])
    for (const text of ['', 'mlp:', 'mlp:1.5', 'mlp:0', 'mlp:5000', 'mlp:1,1,1,1,1,1,1,1,1', 'Linear']) {
      expect(() => readModel(text)).toThrow(InvalidArgumentError)
    }
  })
})

describe('modelText(model), delayText(delay), timeText(column)', () => {
  it('give texts that are read as the same', () => {
    for (const text of ['auto', 'linear', 'mlp:32', 'mlp:32,16']) expect(modelText(readModel(text))).toBe(text)
    for (const text of ['0', '100', '0.5ms', '250ms', '90s', '30m', '25h', '2d', '1w']) {
      expect(delayText(readDelay(text))).toBe(text)
    }
    expect(delayText(readDelay('1.5h'))).toBe('90m')
    for (const text of ['at', 'day:d', 'stamp:ms', 'a:b']) expect(timeText(readTimeColumn(text))).toBe(text)
  })
})

describe('readDelay(text)', () => {
  it('reads numbers of records, and durations', () => {
    expect(readDelay('100')).toEqual({ unit: 'records', by: 100 })
    const durations = ['250ms', '90s', '30m', '1.5h', '2d', '1w'].map((text) => readDelay(text))
    expect(durations.map(({ by }) => by)).toEqual([250, 90_000, 1_800_000, 5_400_000, 172_800_000, 604_800_000])
    expect(new Set(durations.map(({ unit }) => unit))).toEqual(new Set(['milliseconds']))
    for (const text of ['', '-1', '1.5', '3y', 'm', '1m30s']) expect(() => readDelay(text)).toThrow(/as in 30m/)
  })
})

describe('readNamedOptions(text, example)', () => {
  it('reads a name, and options with numbers, true, false or words', () => {
    expect(readNamedOptions('adam:learning-rate=1e-3,amsgrad=true,kind=x', '')).toEqual({
      name: 'adam', options: { learningRate: 0.001, amsgrad: true, kind: 'x' },
    })
    expect(readNamedOptions('sgd', '')).toEqual({ name: 'sgd', options: {} })
    for (const text of ['a:b', 'a:b=', 'a:=1', 'a:b=1=2', 'a:__proto__=1']) {
      expect(() => readNamedOptions(text, 'x:y=1')).toThrow(/as in x:y=1/)
    }
  })
})

describe('readOptimizer(text), readLoss(text)', () => {
  it('make every one that is listed', () => {
    for (const name of optimizerNames) expect(readOptimizer(name)()).toBeTypeOf('object')
    for (const name of lossNames) {
      expect(readLoss(name === 'quantile' ? 'quantile:0.5' : name).make().label).toMatch(/\(\)$/)
    }
    expect(readLoss('log:pos-weight=3').task).toBe('binary')
  })
})

describe('readLoss(text) of a quantile', () => {
  it('takes one share between 0 and 1', () => {
    expect(readLoss('quantile:0.9')).toMatchObject({ name: 'quantile', task: 'regression', quantile: 0.9 })
    expect(readLoss('quantile:quantile=0.05').quantile).toBe(0.05)
    expect([readLoss('huber:delta=2').quantile, readLoss('absolute').quantile]).toEqual([null, null])
    for (const text of ['', ':', ':0', ':1', ':90', ':-0.1', ':x', ':0.1,0.9', ':delta=2', ':NaN', ':0.5:0.6']) {
      expect(() => readLoss(`quantile${text}`)).toThrow(/one share between 0 and 1, as in quantile:0\.9/)
    }
    expect(() => readLoss('quantil:0.9')).toThrow(/Did you mean quantile\?/)
  })
})

describe('wholeNumber(least), nameList(text)', () => {
  it('read what they should, and nothing else', () => {
    expect([wholeNumber(0)('0'), wholeNumber(1)('17')]).toEqual([0, 17])
    for (const text of ['', '0', '1.0', '1e3', ' 1', '9007199254740993']) expect(() => wholeNumber(1)(text)).toThrow()
    expect(nameList(' a, b c ,,d')).toEqual(['a', 'b c', 'd'])
  })
})

describe('readTimeColumn(text), timeReader(column, first)', () => {
  it('takes a unit behind the last colon only', () => {
    expect(readTimeColumn('day:d')).toEqual({ name: 'day', unit: 86_400_000 })
    expect(readTimeColumn('a:b:ms')).toEqual({ name: 'a:b', unit: 1 })
    expect(readTimeColumn('a:b')).toEqual({ name: 'a:b', unit: null })
  })

  it('reads dates; and numbers as what they can only be', () => {
    const read = (first: unknown, unit: number | null = null) => timeReader({ name: 't', unit }, first)(first)
    expect(read('2024-02-29T00:00:01Z')).toBe(1_709_164_801_000)
    expect([read(1.7e9), read(1.7e12), read(3, 60_000)]).toEqual([1.7e12, 1.7e12, 180_000])
    expect(read(738_000)).toBe(738_000 * 86_400_000)
    expect([read('soon'), read(null)]).toEqual([NaN, NaN])
    expect(() => read(21)).toThrow(/--time t holds numbers such as 21.*--time t:d/)
  })
})
