import { describe, expect, it } from 'vitest'
import type { Report } from './report.ts'
import { openOutlet } from './outlet.ts'

const report: Report = {
  events: 1, learned: 1, rejected: 0, expired: 0, metrics: {}, baselines: {}, digest: 'd', eventsPerSecond: 1,
  seconds: 1,
}

function streams(isTTY: boolean, env: NodeJS.ProcessEnv = {}) {
  const written = { out: '', err: '' }
  return {
    written, env,
    stdout: { isTTY, write: (text: string) => { written.out += text } },
    stderr: { isTTY, write: (text: string) => { written.err += text } },
  }
}

describe('openOutlet(options, streams)', () => {
  it('shows text on stdout', () => {
    const to = streams(false)
    const outlet = openOutlet({ report: 'text', quiet: false }, to)
    outlet.say('a', 'b')
    outlet.conclude(report, 'end')
    expect(to.written).toEqual({ out: 'a\nb\nend\n', err: '' })
  })

  it('keeps stdout for the report when that is JSON', () => {
    const to = streams(false)
    const outlet = openOutlet({ report: 'json', quiet: false }, to)
    outlet.say('a')
    outlet.conclude(report, 'end')
    expect(to.written.err).toBe('a\n')
    expect(to.written.out.split('\n')).toEqual([expect.stringMatching(/^\{"events":1,.*\}$/), ''])
  })

  it('says nothing when quiet, except for the end', () => {
    const to = streams(true)
    const outlet = openOutlet({ report: 'text', quiet: true }, to)
    outlet.say('a')
    outlet.conclude(report, 'end')
    expect(to.written).toEqual({ out: 'end\n', err: '' })
    expect(outlet.screen).toBeNull()
  })

  it('draws on a terminal only, and not on a dumb one', () => {
    const screenOf = (isTTY: boolean, env = {}) => (
      openOutlet({ report: 'text', quiet: false }, streams(isTTY, env)).screen
    )
    expect([screenOf(true) !== null, screenOf(false), screenOf(true, { TERM: 'dumb' })]).toEqual([true, null, null])
  })

  it('marks text on a terminal only, not on a dumb one, and not with NO_COLOR', () => {
    const boldOf = (isTTY: boolean, env = {}) => (
      openOutlet({ report: 'text', quiet: false }, streams(isTTY, env)).style.bold('a')
    )
    const marked = '\u001B[1ma\u001B[22m'
    expect([boldOf(true), boldOf(true, { NO_COLOR: '' })]).toEqual([marked, marked])
    expect([boldOf(false), boldOf(true, { TERM: 'dumb' }), boldOf(true, { NO_COLOR: '1' })]).toEqual(['a', 'a', 'a'])
  })
})
