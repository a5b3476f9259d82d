import { describe, expect, it } from 'vitest'
import { rng } from 'eddy'
import { openOutlet } from '@eddy/terminal'
import type { Flight } from './flight.ts'
import { forecastFlights } from './flights-demo.ts'
import type { Moment } from './moments.ts'

const escape = '\u001B'

/** Three thousand made-up flights that land an hour after they took off. */
async function* world(): AsyncGenerator<Moment> {
  const draws = rng(1, 'world')
  const minute = 16_300_000
  const flights = Array.from({ length: 3000 }, (_, row): Flight => ({
    row, origin: 'ABC'[draws.integer(2 * row, 3)]!, destination: 'D', miles: 300, localMinute: minute + row,
    takeOffMinute: minute + row, landedMinute: minute + row + 60, delayMinutes: draws.integer(2 * row + 1, 50),
  }))
  for (let k = 0; k < flights.length + 60; k++) {
    // Slow enough for the view to be drawn more than once.
    if (k % 500 === 0) await new Promise((resolve) => setTimeout(resolve, 60))
    const landed = flights.slice(Math.max(0, k - 60), Math.max(0, k - 59))
    yield { minute: minute + k, landed, takingOff: flights.slice(k, k + 1) }
  }
}

async function run(isTTY: boolean) {
  const written = { text: '' }
  const stream = { isTTY, columns: 80, rows: 24, write: (text: string) => { written.text += text } }
  const outlet = openOutlet({ report: 'text', quiet: false }, { stdout: stream, stderr: stream, env: {} })
  const report = await forecastFlights(world(), { limit: 3000, seed: 1 }, outlet, { isStopped: false })
  return { report, text: written.text }
}

describe('forecastFlights(world, options, outlet, stop)', () => {
  it('learns the same bits whether somebody watches the gradients or not', async () => {
    const [watched, alone] = [await run(true), await run(false)]
    expect(watched.text).toMatch(/gradient norm per layer/)
    expect(watched.text).toMatch(/delay hidden +\d+\.\d{3} /)
    expect(watched.text).toContain(`${escape}[?25h`)
    expect(alone.text).not.toContain('gradient norm')
    expect(alone.text).not.toContain(escape)
    expect(watched.report.digest).toBe(alone.report.digest)
    expect(watched.report.metrics).toEqual(alone.report.metrics)
  })

  it('stops when asked to, with a report of what there was', async () => {
    const stream = { write: () => {} }
    const outlet = openOutlet({ report: 'text', quiet: true }, { stdout: stream, stderr: stream, env: {} })
    const report = await forecastFlights(world(), { limit: 3000, seed: 1 }, outlet, { isStopped: true })
    expect(report.events).toBeGreaterThan(0)
    expect(report.events).toBeLessThan(3000)
    expect(report.learned).toBeLessThanOrEqual(report.events)
  })
})
