import { EddyError } from '@eddy/tensor'

/** Bytes that are no safetensors file, or one that asks for too much. Nothing of it was loaded. */
export class FormatError extends EddyError {
  override readonly name = 'FormatError'
  /** The tensor that it is about; null when it is the file as a whole. */
  readonly tensor: string | null

  constructor(what: string, tensor: string | null, hint: string) {
    super('E_FORMAT', `safetensors${tensor === null ? '' : `, tensor ${JSON.stringify(tensor)}`}: ${what}. ${hint}`)
    this.tensor = tensor
  }
}

/** Named tensors and a model do not belong together. Nothing was loaded. */
export class StateDictError extends EddyError {
  override readonly name = 'StateDictError'
  /** The parameter or tensor that it is about. */
  readonly tensor: string

  constructor(what: string, tensor: string, hint: string) {
    super('E_STATE_DICT', `${tensor}: ${what}. ${hint}`)
    this.tensor = tensor
  }
}

/** A part of a model that ONNX cannot express, or that would mean something else there. */
export class ExportError extends EddyError {
  override readonly name = 'ExportError'
  /** The node or feature that stands in the way. */
  readonly node: string

  constructor(what: string, node: string, hint: string) {
    super('E_EXPORT', `ONNX, ${node}: ${what}. ${hint}`)
    this.node = node
  }
}
