import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { findProgram, missing } from '../support/find-program.ts'
import { learn, type Runtime, runEddy } from './run-eddy.ts'

const folder = mkdtempSync(join(tmpdir(), 'eddy-runtimes-'))
afterAll(() => rmSync(folder, { recursive: true }))

const rows = Array.from({ length: 600 }, (_, k) => (
  k % 97 === 5 ? 'broken' : `${k % 7},w${k % 5},${(k % 7) * 2 + (k % 5) + ((k * 7919) % 13) / 10}`
))
const plain = join(folder, 'stream.csv')
const packed = join(folder, 'stream.csv.gz')
writeFileSync(plain, `a,b,y\n${rows.join('\n')}\n`)
writeFileSync(packed, gzipSync(`a,b,y\n${rows.join('\n')}\n`))

function digestIn(text: string): string {
  return /digest [0-9a-f]{64}/.exec(text)![0]
}

const others = [
  { name: 'Bun', sought: { variable: 'EDDY_BUN', names: ['bun'] }, first: [] },
  { name: 'Deno', sought: { variable: 'EDDY_DENO', names: ['deno'] }, first: ['run', '--allow-all'] },
]

for (const { name, sought, first } of others) {
  const found = findProgram(sought)
  const runtime: Runtime = [found ?? name, ...first]

  describe(`eddy in ${name}${found === null ? `: not tried, ${sought.variable} names none` : ''}`, () => {
    it('learns as in Node, whatever the model', async ({ skip }) => {
      if (found === null) return skip(missing(sought))
      for (const model of ['linear', 'mlp:8', 'auto']) {
        const words = [packed, '--target', 'y', '--model', model]
        expect(await learn(words, '', runtime)).toEqual(await learn(words))
      }
    })

    it('goes on from what Node has kept, and Node from there', async ({ skip }) => {
      if (found === null) return skip(missing(sought))
      const words = [plain, '--target', 'y', '--model', 'mlp:8']
      const kept = [...words, '--checkpoint', join(folder, name), '--every', '50']
      await learn([...kept, '--limit', '200'])
      await learn([...kept, '--limit', '400', '--resume'], '', runtime)
      expect((await learn([...kept, '--resume'])).digest).toBe((await learn(words)).digest)
      const until = ['replay', join(folder, name), '--until', '300']
      const [there, here] = [await runEddy(until, '', runtime), await runEddy(until)]
      expect(digestIn(there.stdout)).toBe(digestIn(here.stdout))
    })
  })
}
