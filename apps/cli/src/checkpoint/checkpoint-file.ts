import { createHash } from 'node:crypto'
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { Misuse } from '../misuse.ts'
import { fromBytes, toBytes } from './tree-bytes.ts'

/** Changes when a file of the old form can no longer be read. */
const formatVersion = 1
const magic = `eddy checkpoint ${formatVersion}\n`
const name = 'checkpoint.eddy'
const hashLength = 32

/**
 * Writes a checkpoint to a folder, whole or not at all: into a file beside it, flushed to the disk, then renamed.
 *
 *     eddy checkpoint 1 \n | length of the text: u32 | text (JSON) | bytes of the tensors | SHA-256 of all before
 *
 * @throws Error when the folder cannot be written to.
 */
export function writeCheckpoint(folder: string, content: object): void {
  const { text, tensors } = toBytes(content)
  const json = Buffer.from(text)
  const length = Buffer.alloc(4)
  length.writeUInt32LE(json.length)
  const body = Buffer.concat([Buffer.from(magic), length, json, tensors])
  const whole = Buffer.concat([body, createHash('sha256').update(body).digest()])
  try {
    mkdirSync(folder, { recursive: true })
    const beside = join(folder, `${name}.${process.pid}.part`)
    const file = openSync(beside, 'w')
    try {
      for (let at = 0; at < whole.length;) at += writeSync(file, whole, at)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(beside, join(folder, name))
    flushFolder(folder)
  } catch (error) {
    const message = `the checkpoint cannot be written to ${folder} (${codeOf(error)}). Name a folder with room.`
    throw new Error(message, { cause: error })
  }
}

/**
 * Reads the checkpoint of a folder.
 * @throws Misuse when there is none; Error when it is damaged or of another version.
 */
export function readCheckpoint(folder: string): unknown {
  let whole: Buffer
  try {
    whole = readFileSync(join(folder, name))
  } catch (error) {
    const what = `--checkpoint ${folder} holds no checkpoint (${codeOf(error)})`
    throw new Misuse(`${what}. Name the folder that eddy learn --checkpoint wrote.`, { cause: error })
  }
  if (!whole.subarray(0, magic.length).equals(Buffer.from(magic))) {
    const isOther = whole.subarray(0, 16).toString() === magic.slice(0, 16)
    const what = isOther ? 'of another version of eddy' : 'no checkpoint'
    throw new Error(`${join(folder, name)} is ${what}. Learn again.`)
  }
  const body = whole.subarray(0, -hashLength)
  if (!createHash('sha256').update(body).digest().equals(whole.subarray(-hashLength))) {
    throw new Error(`${join(folder, name)} is damaged: its SHA-256 does not fit. Copy it again, or learn again.`)
  }
  const from = magic.length + 4
  const to = from + body.readUInt32LE(magic.length)
  return fromBytes({ text: body.subarray(from, to).toString(), tensors: new Uint8Array(body.subarray(to)) })
}

/** The new name must outlive a power cut, too; not every system can flush a folder. */
function flushFolder(folder: string): void {
  try {
    const handle = openSync(folder, 'r')
    try {
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
  } catch (error) {
    if (codeOf(error) !== 'EPERM' && codeOf(error) !== 'EISDIR' && codeOf(error) !== 'EINVAL') throw error
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}
