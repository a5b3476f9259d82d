import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bombs } from './bombs-list.ts'
import { bundled } from './bundle.ts'
import { type Finding, Tally } from './trouble.ts'

/** Bytes by which memory may rise, and milliseconds that one turn of the event loop may take. */
const limits = { rise: 64 * 2 ** 20, stall: 50 }

interface Report {
  readonly rise: number
  readonly stall: number
  readonly came: string
  readonly unhandled: readonly string[]
}

/**
 * P13: what is far too long, too dense, too deep, too wide or too slow. Each bomb goes off in a process of its own; its
 * memory rises by at most 64 MiB, no turn of its event loop takes more than 50 ms of the processor, the bomb is refused
 * with its reason, and good records after it are handed over. `scale`: 1 for the whole bombs.
 */
export async function explode(
  scale: number, seed: number, say: (line: string) => void = () => {}, names = Object.keys(bombs),
): Promise<Finding> {
  const tally = new Tally('P13', 'bombs')
  const folder = mkdtempSync(join(tmpdir(), 'eddy-bombs-'))
  const program = await bundled('bombs-child.ts', folder)
  for (const name of names) {
    const report = await oneBomb(program, folder, name, scale)
    const where = `--only bombs --seed ${seed}: ${name}`
    if (typeof report === 'string') {
      tally.violated(`${where}: ${report}`)
      tally.ended('fatal')
      continue
    }
    const { rise, stall, came, unhandled } = report
    say(`  ${name}: ${came}; memory + ${(rise / 2 ** 20).toFixed(1)} MiB, longest turn ${stall.toFixed(1)} ms`)
    if (came !== bombs[name]!.wanted) tally.violated(`${where}: ${came}, wanted ${bombs[name]!.wanted}`)
    if (rise > limits.rise) tally.violated(`${where}: memory rises by ${Math.round(rise / 2 ** 20)} MiB`)
    if (stall > (bombs[name]!.stall ?? limits.stall)) tally.violated(`${where}: a turn takes ${Math.round(stall)} ms`)
    for (const error of unhandled) tally.violated(`${where}: unhandled: ${error}`)
    tally.ended('survived')
  }
  rmSync(folder, { recursive: true, force: true })
  return tally.finding
}

async function oneBomb(program: string, folder: string, name: string, scale: number): Promise<Report | string> {
  const child = spawn(process.execPath, ['--expose-gc', program, name, folder, `${scale}`])
  let said = ''
  let complained = ''
  child.stdout.on('data', (text: Buffer) => void (said += text.toString()))
  child.stderr.on('data', (text: Buffer) => void (complained += text.toString()))
  const timer = setTimeout(() => child.kill('SIGKILL'), 240_000)
  const code = await new Promise((resolve) => child.once('close', (number, signal) => resolve(signal ?? number)))
  clearTimeout(timer)
  return code === 0 ? JSON.parse(said) as Report : `the process ended with ${String(code)}: ${complained.slice(-300)}`
}
