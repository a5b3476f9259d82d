import type { MalformedCode } from '../malformed.ts'
import type { SourceRecord } from '../row.ts'
import { checkJson, scanJson } from './check-json.ts'

/** Longer texts are looked at before they are parsed: that alone could take long, and much memory. */
const scannedFrom = 16_384

/** Why a text is no record. */
export class JsonFault {
  readonly code: MalformedCode
  readonly reason: string

  constructor(code: MalformedCode, reason: string) {
    this.code = code
    this.reason = reason
  }
}

/**
 * The record that a JSON text writes, or what is wrong with it. Numeric texts stay texts. A name such as `__proto__` is
 * an own property like any other. Of a name that comes twice the last value counts.
 */
export function readJsonRecord(text: string): SourceRecord | JsonFault {
  const tooMuch = text.length > scannedFrom ? scanJson(text) : null
  if (tooMuch !== null) return new JsonFault(tooMuch.code, tooMuch.reason)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    return new JsonFault('E_JSON', `it is not JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const kind = value === null ? 'null' : Array.isArray(value) ? 'an array' : `a ${typeof value}`
    return new JsonFault('E_TYPE', `it is ${kind}, wanted an object with named values`)
  }
  const fault = checkJson(value, text.includes('\\'))
  return fault === null ? value as SourceRecord : new JsonFault(fault.code, fault.reason)
}
