import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rng } from 'eddy'
import { afterAll, describe, expect, it } from 'vitest'
import { learn, startEddy } from './run-eddy.ts'

const folder = mkdtempSync(join(tmpdir(), 'eddy-kill-'))
afterAll(() => rmSync(folder, { recursive: true }))

const seed = Number(process.env.EDDY_LAW_SEED ?? 1)
const kills = Number(process.env.EDDY_KILLS ?? 6)

/** Some records cannot be read, some labels are none, some are missing. */
function streamOf(name: string, count: number): string {
  const path = join(folder, `${name}.csv`)
  const rows = Array.from({ length: count }, (_, k) => (
    k % 97 === 5 ? 'broken' : k % 101 === 7 ? `${k % 7},w${k % 5},oops` : k % 103 === 9 ? `${k % 7},w${k % 5},`
      : `${k % 7},w${k % 5},${(k % 7) * 2 + (k % 5) + ((k * 7919) % 13) / 10}`
  ))
  writeFileSync(path, `a,b,y\n${rows.join('\n')}\n`)
  return path
}

/** Bytes of all files of a folder. */
function sizeOf(path: string): number {
  try {
    return readdirSync(path).reduce((sum, name) => sum + statSync(join(path, name)).size, 0)
  } catch {
    return 0
  }
}

/** Kills when the folder has grown by so many bytes, and so many milliseconds later. True when it ended before. */
async function runAndKill(argv: readonly string[], kept: string, growth: number, wait: number): Promise<boolean> {
  const before = sizeOf(kept)
  const child = startEddy(argv)
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  const timer = setInterval(() => {
    if (sizeOf(kept) - before < growth) return
    clearInterval(timer)
    setTimeout(() => child.kill('SIGKILL'), wait)
  }, 2)
  const code = await ended
  clearInterval(timer)
  if (code !== null && code !== 0) throw new Error(`${argv.join(' ')} ended with ${code}`)
  return code === 0
}

describe('eddy learn --checkpoint, killed again and again, then resumed', () => {
  it.each([
    ['linear', 20_000, 250_000, ['--model', 'linear']],
    ['mlp, 40 records later', 12_000, 100_000, ['--model', 'mlp:4', '--delay', '40', '--every', '700']],
    ['auto', 1500, 12_000, []],
    ['linear without a log', 8000, 5000, ['--model', 'linear', '--no-log', '--every', '300']],
  ])('%s: is never stopped: digest, scores, every line once', async (name, count, most, options) => {
    const at = name.replaceAll(/\W+/g, '-')
    const file = (part: string): string => join(folder, `${at}.${part}`)
    const run = [streamOf(at, count), '--target', 'y', '--task', 'regression', ...options]
    const plain = run.filter((word, k) => !/^--(no-log|every)$/.test(word) && run[k - 1] !== '--every')
    const wanted = await learn([...plain, '--predictions', file('said'), '--rejected', file('bad')])
    const kept = file('kept')
    const whole = [
      ...run, '--predictions', file('said again'), '--rejected', file('bad again'), '--checkpoint', kept, '--resume',
    ]
    const key = rng(seed, name)
    const enough = Math.min(kills, 4)
    let killed = 0
    for (let haste = 1; killed < enough && haste <= 32; haste *= 2) {
      // A machine was so fast, or so slow to look, that the run ended before: once more, and sooner.
      rmSync(kept, { recursive: true, force: true })
      killed = 0
      for (; killed < kills; killed++) {
        // The first ones hit while the folder is being made.
        const growth = Math.floor(key.uniform(2 * killed) * (killed < 2 ? 600 : most) / haste)
        const wait = key.uniform(2 * killed + 1) * 12 / haste
        if (await runAndKill(['learn', ...whole, '--quiet'], kept, growth, wait)) break
      }
    }
    expect(killed, `kills, seed ${seed}`).toBeGreaterThanOrEqual(enough)
    expect(await learn(whole), `seed ${seed}`).toEqual(wanted)
    for (const part of ['said', 'bad']) {
      expect(readFileSync(file(`${part} again`), 'utf8') === readFileSync(file(part), 'utf8'), part).toBe(true)
    }
  }, 240_000)
})
