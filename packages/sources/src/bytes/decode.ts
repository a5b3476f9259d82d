const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The text of bytes, or null when they are not valid UTF-8 or hold a NUL. A byte order mark is kept. */
export function decodeStrictly(bytes: Uint8Array): string | null {
  if (bytes.includes(0)) return null
  try {
    return decoder.decode(bytes)
  } catch {
    return null
  }
}

const lenient = new TextDecoder('utf-8')

/** The beginning of bytes as text for a message. */
export function excerpt(bytes: Uint8Array, length = 60): string {
  const text = lenient.decode(bytes.subarray(0, length)).replaceAll(/\p{Cc}/gu, '\u00b7')
  return bytes.length > length ? `${text}...` : text
}
