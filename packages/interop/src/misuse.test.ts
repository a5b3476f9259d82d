import { crossEntropy, dense, squaredError } from '@eddy/nodes'
import { autoModel, features, learner, numeric } from '@eddy/online'
import { sgd } from '@eddy/optim'
import { tensor } from '@eddy/tensor'
import { describe, expect, it } from 'vitest'
import { exportOnnx, fromStateDict, readSafetensors, toStateDict, warmStart, writeSafetensors } from './index.ts'

const made = () => learner({
  features: features({ a: numeric() }), target: 'y', model: (m) => m.pipe(dense(1)), loss: squaredError(),
  optimizer: sgd({ learningRate: 0.1 }),
})
const learned = made()
const kinds = learner({
  features: features({ a: numeric() }), target: 'y', model: (m) => m.pipe(dense(3)), loss: crossEntropy(),
  optimizer: sgd({ learningRate: 0.1 }),
})
learned.learnOne({ a: 1, y: 2 })
const dict = toStateDict(learned)
const bytes = writeSafetensors(dict.tensors, { metadata: dict.metadata })
const never = (value: unknown): never => value as never

describe('what plain JavaScript gets wrong is said in words', () => {
  it.each<[string, () => unknown, RegExp]>([
    ['readSafetensors(path)', () => readSafetensors(never('a')), /got "a", wanted the bytes of a file\. Read it into/],
    ['readSafetensors(number)', () => readSafetensors(never(5)), /got 5, wanted the bytes/],
    ['readSafetensors(buffer)', () => readSafetensors(never(new ArrayBuffer(9))), /wanted the bytes of a file/],
    ['warmStart(model)', () => warmStart(made(), never(undefined)), /got undefined, wanted the bytes/],
    ['writeSafetensors(null)', () => writeSafetensors(never(null)), /got null, wanted tensors by name.*toStateDict/],
    ['writeSafetensors(list)', () => writeSafetensors(never([5])), /tensor "5": got undefined, wanted a tensor/],
    ['writeSafetensors(numbers)', () => writeSafetensors(never({ w: [1] })), /"w": got \[1\].*Make it with tensor/],
    ['writeSafetensors(dict)', () => writeSafetensors(never(dict)), /"tensors": got .*toStateDict\(model\)\.tens/],
    ['toStateDict(number)', () => toStateDict(never(5)), /toStateDict: got 5, wanted a learner or a training\. Of mix/],
    ['toStateDict(null)', () => toStateDict(never(null)), /toStateDict: got null, wanted a learner or a training/],
    ['toStateDict(mixture)', () => toStateDict(never(autoModel({ target: 'y' }))), /Of mixtures.*give one learner/],
    ['fromStateDict(number)', () => fromStateDict(never(5), dict), /fromStateDict: got 5, wanted a learner or/],
    ['fromStateDict(model, Map)', () => fromStateDict(made(), never(dict.tensors)), /got no \{ tensors, metadata \}/],
    ['exportOnnx({ opst })', () => exportOnnx(learned, never({ opst: 21 })), /exportOnnx.*got "opst".*opset/],
    ['exportOnnx({ classes }), a number', () => exportOnnx(learned, { classes: ['a'] }), /no classes for a learner/],
    ['exportOnnx({ classes }), few', () => exportOnnx(kinds, { classes: ['a'] }), /got \["a"\], wanted a list of 3/],
    ['exportOnnx({ classes }), text', () => exportOnnx(kinds, { classes: never('abc') }), /"abc", wanted a list of 3/],
    ['exportOnnx({ unit }), half', () => exportOnnx(learned, { unit: never({ multiply: 2 }) }), /unit of two numb/],
    ['exportOnnx({ unit }), classes', () => exportOnnx(kinds, { unit: { add: 0, multiply: 2 } }), /no unit for a/],
    ['toStateDict({ maps })', () => toStateDict(learned, never({ maps: 'sequential' })), /toStateDict.*got "maps"/],
    ['fromStateDict({ strcit })', () => fromStateDict(made(), dict, never({ strcit: false })), /got "strcit".*strict/],
    ['warmStart({ maps })', () => warmStart(made(), bytes, never({ maps: 'sequential' })), /warmStart.*got "maps"/],
    ['readSafetensors({ tensorMax })', () => readSafetensors(bytes, never({ tensorMax: 1 })), /got "tensorMax"/],
    ['writeSafetensors({ metdata })', () => writeSafetensors({}, never({ metdata: {} })), /got "metdata"/],
    ['writeSafetensors(number as text)', () => writeSafetensors({}, { metadata: never({ epoch: 5 }) }), /"epoch" is 5/],
    ['fromStateDict(model, {})', () => fromStateDict(made(), never({})), /all that readSafetensors\(bytes\) or to/],
  ])('%s', (_, misuse, message) => {
    expect(misuse).toThrow(expect.objectContaining({
      name: expect.stringMatching(/^(Export|Format|StateDict|Value)Error$/), message: expect.stringMatching(message),
    }))
  })

  it('what is right is taken: a Map, its entries, a record, a Buffer, a whole dictionary', () => {
    const w = tensor([1, 2])
    const [written] = [new Map([['w', w]]), [['w', w]] as const, { w }].map((given) => writeSafetensors(given))
    expect(readSafetensors(Buffer.from(written!)).tensors.get('w')!.equals(w)).toBe(true)
    expect(warmStart(made(), bytes, { strict: true, tensorsMax: 9 }).kept).toEqual([])
    const other = made()
    expect(fromStateDict(other, dict).kept).toEqual([])
    expect(other.predictOne({ a: 3 })).toBe(learned.predictOne({ a: 3 }))
  })
})
