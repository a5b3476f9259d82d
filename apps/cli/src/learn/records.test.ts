import { describe, expect, it } from 'vitest'
import { Labels } from './labels.ts'
import { flattened, isNested } from './nested.ts'
import { predictionLines } from './prediction-lines.ts'
import { Recent } from './recent.ts'
import { Tally } from './tally.ts'

describe('Labels.read(label)', () => {
  it('gives numbers for a regression, and says why not', () => {
    const labels = new Labels('regression', [], 0)
    expect([labels.read(1.5), Object.is(labels.read(-0), 0), labels.read('2.5')]).toEqual([1.5, true, 2.5])
    expect(labels.read('1,000.5')).toMatchObject({ reason: 'it is "1,000.5", wanted a plain number, as in 1234.5' })
    expect([labels.read('one'), labels.read(Infinity), labels.read(1e31), labels.read(true)]).toMatchObject([
      { code: 'E_LABEL' }, { code: 'E_NONFINITE' }, { code: 'E_RANGE' }, { code: 'E_LABEL' },
    ])
  })

  it('gives positions of classes by their text, and adds classes while there may be more', () => {
    const open = new Labels('multiclass', ['a'], Infinity)
    expect(['a', 'b', 7, '7', true].map((label) => open.read(label))).toEqual([0, 1, 2, 2, 3])
    expect(open.classes).toEqual(['a', 'b', '7', 'true'])
    const two = new Labels('binary', ['ham', 'spam'], 2)
    expect([two.read('spam'), two.read('ham')]).toEqual([1, 0])
    expect(two.read('spma')).toMatchObject({ code: 'E_LABEL', reason: expect.stringMatching(/Did you mean spam\?/) })
    expect(two.read([1])).toMatchObject({ code: 'E_LABEL' })
  })

  it('of numbered classes takes those that were expected, or any whole number, and says why not another', () => {
    const known = new Labels('multiclass', [], Infinity, [0, 1, 2])
    expect([2, '0', 2].map((label) => known.read(label))).toEqual([0, 1, 0])
    expect(known.read(3)).toEqual({
      code: 'E_LABEL',
      reason: 'it is "3", wanted one of those of the first records. Give --task regression if labels are amounts.',
    })
    const whole = new Labels('multiclass', [], Infinity, [])
    expect([7, -1].map((label) => whole.read(label))).toEqual([0, 1])
    expect(whole.read(2.5)).toMatchObject({ reason: expect.stringMatching(/^it is "2.5", wanted a whole/) })
  })

  it('takes names of Object.prototype for names', () => {
    const labels = new Labels('multiclass', [], Infinity)
    const names = ['constructor', '__proto__', 'toString', 'constructor']
    expect(names.map((name) => labels.read(name))).toEqual([0, 1, 2, 0])
  })
})

describe('flattened(record), isNested(record)', () => {
  it('names nested values by their path', () => {
    const record = { a: 1, b: { c: 'x', d: { e: null } }, v: [1, 2], t: ['x', true, null], l: [{ f: 1 }], n: [] }
    expect({ ...flattened(record) }).toEqual({
      a: 1, 'b.c': 'x', 'b.d.e': null, 'v.0': 1, 'v.1': 2, 't.x': true, 't.true': true, 'l.0.f': 1,
    })
    expect([isNested(record), isNested({ a: 1, b: null, c: 'x' })]).toEqual([true, false])
  })

  it('keeps awkward names as data', () => {
    const flat = flattened(JSON.parse('{"__proto__":{"x":1},"a":{"constructor":2}}') as never)
    expect(Object.entries(flat)).toEqual([['__proto__.x', 1], ['a.constructor', 2]])
  })
})

describe('predictionLines(path, task, classes, withLabel)', () => {
  const classes = (): readonly string[] => ['no', 'yes, please']

  it('is CSV with quotes where needed', () => {
    const { header, line } = predictionLines('x.csv', 'binary', classes, true)
    expect(header).toBe('record,prediction,probability,label\n')
    expect([line(1, 0.75, 'no'), line(2, 0.5)]).toEqual(['1,"yes, please",0.75,no\n', '2,no,0.5,\n'])
    const numbers = predictionLines('', 'regression', classes, false)
    expect([numbers.header, numbers.line(1, 2.5)]).toEqual(['record,prediction\n', '1,2.5\n'])
  })

  it('is JSON lines for their file names', () => {
    const { header, line } = predictionLines('x.jsonl', 'multiclass', classes, true)
    expect(header).toBe('')
    expect(JSON.parse(line(3, { label: 'a', probabilities: [0.2, 0.8] }, 7))).toEqual({
      record: 3, prediction: 'a', probability: 0.8, label: 7,
    })
  })
})

describe('Recent', () => {
  it('means over the last 1,000: of the model, of no change, of the running mean or the majority', () => {
    const numbers = new Recent('regression')
    const labels = Array.from({ length: 2500 }, (_, k) => (k * 37) % 101)
    labels.forEach((label, k) => numbers.add(label + (k % 3), label, undefined))
    const mean = (of: (k: number) => number): number => (
      Array.from({ length: 1000 }, (_, k) => of(k + 1500)).reduce((a, b) => a + b, 0) / 1000
    )
    const before = (k: number): number => labels.slice(0, k).reduce((a, b) => a + b, 0) / k
    expect(numbers.means.model).toBeCloseTo(mean((k) => k % 3), 9)
    expect(numbers.means.noChange).toBeCloseTo(mean((k) => Math.abs(labels[k]! - labels[k - 1]!)), 9)
    expect(numbers.means.usual).toBeCloseTo(mean((k) => Math.abs(labels[k]! - before(k))), 9)
  })

  it('counts wrong classes', () => {
    const recent = new Recent('multiclass')
    const say = (label: string) => ({ label, probabilities: [] })
    for (const [said, label, name] of [['b', 1, 'b'], ['b', 1, 'b'], ['a', 1, 'b'], ['a', 0, 'a']] as const) {
      recent.add(say(said), label, name)
    }
    // Before the first label both baselines say class 0.
    expect(recent.means).toEqual({ model: 0.25, noChange: 0.5, usual: 0.5 })
    expect(recent.latest).toEqual({ model: 0, noChange: 1, usual: 1 })
  })
})

describe('Tally', () => {
  it('counts rejected records by code, and comes back from its state', () => {
    const tally = new Tally()
    ;['E_CSV', 'E_LABEL', 'E_LABEL', 'E_ARITY'].forEach((code, k) => tally.reject(code, `on line ${k}`, 'it is bad'))
    tally.received = 6
    tally.learned = 2
    expect([tally.rejected, tally.reasons]).toEqual([4, '2 E_LABEL, 1 E_ARITY, 1 E_CSV'])
    expect(new Tally(tally.state).state).toEqual(tally.state)
    expect(tally.examples).toEqual([
      '  E_LABEL, first on line 1: it is bad', '  E_CSV, first on line 0: it is bad',
      '  E_ARITY, first on line 3: it is bad',
    ])
  })

  it('says how the first one that came to this process was bad, on one short line', () => {
    const tally = new Tally({ received: 1, learned: 0, expired: 0, reasons: { E_LABEL: 1 } })
    expect(tally.examples).toEqual([])
    tally.reject('E_LABEL', 'in record 2', `it is\n${'z'.repeat(500)}`)
    tally.reject('E_UTF8', 'on line 3', 'it is not UTF-8')
    expect(tally.examples).toEqual([
      `  E_LABEL, in record 2: it is ${'z'.repeat(154)}…`,
      '  E_UTF8, first on line 3: it is not UTF-8 (iconv -f ISO-8859-1 -t UTF-8 converts Latin-1)',
    ])
    tally.readmit('E_UTF8')
    expect(tally.examples).toHaveLength(1)
  })
})
