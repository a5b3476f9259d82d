import { describe, expect, it } from 'vitest'
import { type ByteInput, bytesOf } from './byte-input.ts'

async function textOf(input: unknown, from = 0): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of bytesOf(input as ByteInput, from, 'here')) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

describe('bytesOf(input, from)', () => {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

  it('takes bytes and texts, and leaves out what came before', async () => {
    expect(await textOf(['a,', bytes('b\n'), Buffer.from('1'), ',2'])).toBe('a,b\n1,2')
    expect(await textOf(['a,', bytes('b\n'), '1,2'], 3)).toBe('\n1,2')
  })

  it('takes texts that are cut inside a character', async () => {
    for (let at = 0; at <= 'a🎉b🎉'.length; at++) {
      expect(await textOf(['a🎉b🎉'.slice(0, at), 'a🎉b🎉'.slice(at)])).toBe('a🎉b🎉')
    }
    expect(await textOf(['a\ud83c'])).toBe('a\ufffd')
  })

  it.each([[new ArrayBuffer(4)], [new Uint16Array(2)], [new DataView(new ArrayBuffer(2))], [{ a: 1 }], [7], [null]])(
    'refuses %j for a chunk, of which no record would come', async (chunk) => {
      await expect(textOf([chunk])).rejects.toMatchObject({
        code: 'E_OPTION', message: expect.stringMatching(/^here, at its start: got .* for a chunk, wanted bytes/),
      })
    },
  )
})
