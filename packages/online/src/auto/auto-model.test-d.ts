import type { ClassPrediction } from '../prediction.ts'
import type { Label } from '../target.ts'
import { autoModel } from './make-auto-model.ts'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false
const same = <A, B>(_: Equal<A, B>): void => {}

const open = autoModel({ target: 'k', task: 'multiclass' })
same<ReturnType<typeof open.predictOne>, ClassPrediction<Label | null>>(true)
same<typeof open.classes, readonly Label[]>(true)

const given = autoModel({ target: 'k', task: 'multiclass', classes: ['a', 'b'] })
same<ReturnType<typeof given.predictOne>, ClassPrediction<'a' | 'b'>>(true)

const two = autoModel({ target: 'k', task: 'binary', classes: ['a', 'b'] })
same<ReturnType<typeof two.predictOne>, number>(true)
