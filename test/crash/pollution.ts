import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundled } from './bundle.ts'
import { pollute } from './pollution-run.ts'
import { type Finding, Tally } from './trouble.ts'

const block = 2500

/**
 * P12: events and patches with `__proto__`, `constructor`, `prototype` and the like in every place. No prototype gets
 * or loses a name, renaming the words changes no bit, and all is the same where prototypes are frozen.
 */
export async function pollution(events: number, seed: number): Promise<Finding> {
  const tally = new Tally('P12', 'harmful names in every place')
  for (let from = 0, k = 0; from < events; from += block, k++) {
    const count = Math.min(block, events - from)
    const { violations, refused } = await pollute(count, seed + k)
    for (const violation of violations) tally.violated(`--only pollution --seed ${seed + k}: ${violation}`)
    tally.ended('events', count)
    tally.ended('patches refused', refused)
    tally.ended('patches applied', count - refused)
  }
  const count = Math.min(events, 4 * block)
  for (const violation of await inChild(count, seed)) {
    tally.violated(`--only pollution --seed ${seed}, frozen: ${violation}`)
  }
  tally.ended('events where prototypes are frozen and __proto__ throws', count)
  return tally.finding
}

async function inChild(count: number, seed: number): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'eddy-pollution-'))
  try {
    const program = await bundled('pollution-child.ts', folder)
    const child = spawn(process.execPath, ['--disable-proto=throw', program, `${count}`, `${seed}`])
    let said = ''
    let complained = ''
    child.stdout.on('data', (text: Buffer) => void (said += text.toString()))
    child.stderr.on('data', (text: Buffer) => void (complained += text.toString()))
    const code = await new Promise((resolve) => child.once('close', resolve))
    if (code !== 0) return [`the process ended with ${String(code)}: ${complained.slice(-900)}`]
    return JSON.parse(said) as string[]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
