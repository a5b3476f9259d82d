import { OpenClassPrediction, type Label } from '@eddy/online'

/** How objects of a class are kept: what they are made from, and how to make them again. */
export interface InstanceKind<T extends object = object> {
  readonly name: string
  readonly is: (value: object) => value is T
  readonly dataOf: (value: T) => unknown
  /** @throws anything when the data is none of `dataOf`. */
  readonly make: (data: unknown) => T
}

/** The classes that states hold. */
export const instanceKinds: readonly InstanceKind[] = [{
  name: 'OpenClassPrediction',
  is: (value): value is OpenClassPrediction => value instanceof OpenClassPrediction,
  dataOf: ({ probabilities, classes }: OpenClassPrediction) => [probabilities, classes],
  make: (data) => {
    const [probabilities, classes] = data as [Float64Array, Label[]]
    if (!(probabilities instanceof Float64Array) || !Array.isArray(classes)) throw new TypeError('no such prediction')
    return new OpenClassPrediction(probabilities, classes)
  },
} as InstanceKind<OpenClassPrediction> as unknown as InstanceKind]
