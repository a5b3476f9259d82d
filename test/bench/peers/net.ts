/** A fully connected network and its training, in words that other libraries understand. */
export interface Net<E> {
  /** Units of each layer, the inputs first. */
  readonly sizes: readonly number[]
  /** Of the hidden layers. */
  readonly activation: 'tanh' | 'relu'
  /** What the last layer means: a logit of one class or of several, or a number. */
  readonly loss: 'logit' | 'softmax' | 'squared'
  readonly optimizer: 'sgd' | 'adam'
  readonly rate: number
  /** The inputs, and the number that is to be learned: a value, or the number of a class. */
  readonly example: (event: E) => { readonly x: Float32Array; readonly y: number }
}

/** What all peers learn from: the net, its initial weights (weight [out][in], bias, layer by layer) and its events. */
export interface Task {
  readonly net: Net<unknown>
  readonly weights: readonly Float32Array[]
  readonly events: () => readonly unknown[]
}
