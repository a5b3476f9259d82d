import { CommanderError } from 'commander'
import { describe, expect, it } from 'vitest'
import { readOptions } from './options.ts'

function read(...argv: string[]) {
  const printed = { out: '', err: '' }
  const print = {
    out: (text: string) => { printed.out += text },
    err: (text: string) => { printed.err += text },
  }
  try {
    return { options: readOptions(argv, print), printed, error: null }
  } catch (error) {
    return { options: null, printed, error: error as CommanderError }
  }
}

describe('readOptions(argv, print)', () => {
  it('learns from flights when nothing is asked for', () => {
    expect(read().options).toEqual({ stream: 'flights', limit: 300_000, seed: 1, report: 'text', quiet: false })
  })

  it('reads the stream and every option, also behind a lone --', () => {
    const options = { stream: 'digits', limit: 5, seed: 7, report: 'json', quiet: true }
    const argv = ['digits', '--limit', '5', '--seed', '7', '--report', 'json', '--quiet']
    expect(read(...argv).options).toEqual(options)
    expect(read('--', ...argv).options).toEqual(options)
  })

  it('gives every stream a limit of its own', () => {
    expect([read('xor').options?.limit, read('digits').options?.limit]).toEqual([1000, 10_000])
  })

  it('answers misuse with one line: what, where, what to do', () => {
    const misuses = [
      ['--limit', 'many'], ['--limit', '0'], ['--limit', '-5'], ['--limit', '1.5'], ['--limit'], ['--seed', 'x'],
      ['--report', 'xml'], ['spam'], ['xor', 'digits'], ['--lmit', '5'],
    ]
    for (const argv of misuses) {
      const { error, printed } = read(...argv)
      expect(error).toBeInstanceOf(CommanderError)
      expect(error!.exitCode).not.toBe(0)
      expect(printed.out).toBe('')
      expect(printed.err).toMatch(/^demo: .+ See demo --help\.\n$/)
    }
    expect(read('--limit', 'many').printed.err).toMatch(/--limit.*'many'.*whole number/)
    expect(read('spam').printed.err).toMatch(/'spam'.*flights, digits, xor/)
  })

  it('--help explains the streams and ends well', () => {
    const { error, printed } = read('--help')
    expect(error!.exitCode).toBe(0)
    expect(printed.out).toMatch(/Streams:\n {2}flights/)
    expect(printed.out).toMatch(/learned from when the flight has landed/)
    for (const line of printed.out.split('\n')) expect(line.length).toBeLessThanOrEqual(120)
  })
})
