import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { chunks, readAll } from '../testing/read-all.ts'
import { csvSource } from '../text-source.ts'

const text = `n,word\n${Array.from({ length: 5000 }, (_, k) => `${k},w${(k * 7919) % 1000}\n`).join('')}`
const packed = new Uint8Array(gzipSync(text))

describe('gzip', () => {
  it('is seen by its first bytes, however they are cut', async () => {
    for (const sizes of [[], [1], [1, 1, 1, 7], Array.from({ length: 50 }, () => 13)]) {
      const { records, error } = await readAll(csvSource(chunks(packed, sizes)))
      expect([records.length, records[4999]!['n'], error]).toEqual([5000, 4999, null])
    }
  })

  it('may have several members, one after the other', async () => {
    const more = new Uint8Array(gzipSync('5000,w1\n'))
    const { records } = await readAll(csvSource([packed, more]))
    expect(records).toHaveLength(5001)
  })

  it('that ends too early fails after what came before, and says so', async () => {
    const cut = packed.subarray(0, packed.length - 500)
    const { records, error } = await readAll(csvSource([cut], { name: 'cut.gz', sampleRows: 10 }))
    expect(records.length).toBeGreaterThan(1000)
    expect(error).toMatchObject({ code: 'E_SOURCE', source: 'cut.gz', position: { records: records.length } })
    expect(error!.message).toContain(`at line ${records.length + 2}, byte `)
    expect(error!.message).toMatch(/ends too early or is damaged.*download it again/)
  })

  it('that is damaged fails', async () => {
    const damaged = packed.slice()
    damaged.fill(0xff, 3000, 3100)
    expect((await readAll(csvSource([damaged]))).error?.message).toMatch(/damaged/)
  })

  it('that grows a thousandfold is stopped after 64 MiB, in bounded memory', async () => {
    const bomb = new Uint8Array(gzipSync(new Uint8Array(80 << 20)))
    const before = process.memoryUsage().arrayBuffers
    let most = 0
    const timer = setInterval(() => {
      most = Math.max(most, process.memoryUsage().arrayBuffers - before)
    }, 5)
    const { error } = await readAll(csvSource([bomb]))
    clearInterval(timer)
    expect([error?.code, error?.hint]).toEqual(['E_FORMAT', expect.any(String)])
    const lines = new Uint8Array(gzipSync(new Uint8Array(80 << 20).fill(10)))
    expect((await readAll(csvSource([lines]))).error?.code).toBe('E_BOMB')
    expect(most).toBeLessThan(48 << 20)
  })

  it('a failing input fails with its own error', async () => {
    const input = async function* () {
      yield packed.subarray(0, 1000)
      throw new Error('the cable is out')
    }
    expect((await readAll(csvSource(input()))).error?.message).toMatch(/the cable is out/)
  })
})
