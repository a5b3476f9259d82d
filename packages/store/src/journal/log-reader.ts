import { ByteReader } from '../format/byte-reader.ts'
import { decode, decodeFrom } from '../format/decode.ts'
import { frameAt, frameKinds, framesIn, isIntact } from '../format/frame.ts'
import type { Medium } from '../medium/medium.ts'
import type { Damage } from './damage.ts'
import type { StoreFile } from './file-names.ts'
import { type Operation, type OperationBatch, operationKinds } from './operation.ts'

/** A file of the log, and the number of the first operation in it. */
interface LogFile {
  readonly file: StoreFile
  readonly first: number
}

/** Bytes within which the first frame of a file ends. */
const headBytes = 256

/** The files of the log with their first operations; those without a readable head hold nothing that was promised. */
export function logFilesOf(
  medium: Medium, files: readonly StoreFile[], damaged: (damage: Damage) => void = () => {},
): readonly LogFile[] {
  return files.filter(({ kind }) => kind === 'events').flatMap((file) => {
    const bytes = medium.read(file.name, 0, headBytes)
    const frame = frameAt(bytes, 0, file.name)
    if (frame !== null && frame.kind === frameKinds.file && isIntact(bytes, frame, file.number)) {
      const { first } = decode(bytes.subarray(frame.from, frame.to), { where: file.name, base: frame.from }) as LogFile
      if (Number.isInteger(first)) return [{ file, first }]
    }
    damaged({ file: file.name, at: 0, what: 'the head of a log' })
    return []
  })
}

/**
 * The operations after number `after`, in order, as they were written together; ends before the first one that is
 * missing, or `isPatchy` goes on after it. A file holds good up to the first operation of the next one.
 */
export function* readLog(
  medium: Medium, files: readonly StoreFile[], after: number, damaged: (damage: Damage) => void = () => {},
  isPatchy = false,
): Generator<OperationBatch> {
  const logs = logFilesOf(medium, files, damaged)
  let sequence = after
  for (const [k, { file, first }] of logs.entries()) {
    // What later files hold is not taken from here; that they begin no later than this one makes all of it void.
    const until = logs.slice(k + 1).reduce((least, later) => Math.min(least, later.first), Infinity)
    const before = isPatchy ? Math.max(sequence, first - 1) : sequence
    if (until <= before + 1) continue
    if (first > before + 1) return
    sequence = before
    const bytes = medium.read(file.name, 0, medium.size(file.name))
    for (const frame of framesIn(bytes, file.name, ({ at }) => damaged({ file: file.name, at, what: 'no frame' }))) {
      if (frame.kind !== frameKinds.events) continue
      const reader = new ByteReader(bytes.subarray(frame.from, frame.to), file.name, frame.from)
      // Numbers first: what lies before `after` needs no check.
      const batch = isIntact(bytes, frame, file.number) ? reader : null
      if (batch === null) {
        damaged({ file: file.name, at: frame.at, what: 'operations' })
        continue
      }
      const begin = reader.count()
      const count = reader.count()
      if (begin + count - 1 <= sequence) continue
      if (begin >= until) break
      if (begin > sequence + 1 && !isPatchy) return
      const position = decodeFrom(reader)
      const operations: Operation[] = []
      for (let j = begin; j < begin + count; j++) {
        const kind = operationKinds[reader.u8()] ?? reader.refuse('no such operation')
        const value = decodeFrom(reader)
        if (j > sequence && j < until) operations.push({ sequence: j, kind, value })
      }
      if (operations.length === 0) continue
      sequence = operations.at(-1)!.sequence
      yield { operations, position, isWhole: sequence === begin + count - 1 }
    }
  }
}
