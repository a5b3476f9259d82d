/**
 * A process that is killed: learns readings and keeps them in a folder. It prints a line for every tenth event, and at
 * the end what it has become. Given the number of a writing call it kills itself there: before, in the midst of, or
 * after it.
 *
 *     node child.mjs FOLDER EVENTS SEED LOG KILL-AT MOMENT FILE-BYTES
 */
import * as fs from 'node:fs'
import { type FileSystem, nodeFiles } from '@eddy/store'
import { readings, Session } from './victim.ts'

const [folder = '', count, seed, log, killAt, moment, fileBytes] = process.argv.slice(2)

let calls = 0
const die = (): void => void process.kill(process.pid, 'SIGKILL')
const system: Record<string, unknown> = { ...fs }
const writing = [
  'writeSync', 'fdatasync', 'fsync', 'fsyncSync', 'ftruncateSync', 'rename', 'renameSync', 'unlink', 'unlinkSync',
  'linkSync', 'openSync', 'writeFileSync',
] as const
for (const name of writing) {
  const real = fs[name] as (...given: unknown[]) => unknown
  system[name] = (...given: unknown[]) => {
    if (++calls !== Number(killAt)) return real(...given)
    if (moment === 'before') die()
    if (moment === 'within' && name === 'writeSync') {
      const [file, bytes, offset, length, place] = given as [number, Uint8Array, number, number, number | null]
      fs.writeSync(file, bytes, offset, Math.floor(length / 2), place)
      die()
    }
    const result = real(...given)
    die()
    return result
  }
}

const session = new Session(
  nodeFiles(folder, { fs: system as unknown as FileSystem }), readings(Number(count), Number(seed)),
  { every: 9, log: log === 'log', logEvery: 4 }, { fileBytes: Number(fileBytes) },
)
const { resumed } = session.kept
while (session.hasMore) {
  session.step()
  if (session.at % 10 === 0) {
    process.stdout.write(`${session.at}\n`)
    await new Promise<void>((resolve) => void setImmediate(resolve))
  }
}
const { digest } = session
await session.kept.close()
const { rejected, sequence } = session.kept
process.stdout.write(`${JSON.stringify({
  digest, sequence, from: resumed.sequence, replayed: resumed.replayed, rejected: rejected.map(({ id }) => id), calls,
})}\n`)
