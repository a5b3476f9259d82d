import { describe, expect, it } from 'vitest'
import { colourStyle, plainStyle, widthOf } from '@eddy/terminal'
import { drawFlights, type FlightsView } from './flights-view.ts'

const scores = { mae: 16.52, medianMae: 19.01, meanMae: 21.24, rocAuc: 0.8071 }
const view: FlightsView = {
  minute: Date.UTC(2001, 0, 14, 8, 32) / 60_000, takenOff: 2_961_240, landed: 2_957_817, rejected: 0, limit: 3_000_000,
  eventsPerSecond: 18_437, recent: scores, all: scores,
  losses: { model: Array.from({ length: 200 }, (_, k) => 30 - k / 20), median: [30, 20, 19, 19] },
  norms: [['delay hidden', 0.25], ['delay output', 1], ['late hidden', NaN], ['late output', 0.5]],
}

describe('drawFlights(view, size, style)', () => {
  it('fits a terminal of 80 x 24, and a smaller or larger one', () => {
    for (const [width, height] of [[80, 24], [60, 20], [120, 40], [200, 60], [40, 30], [20, 24]] as const) {
      const lines = drawFlights(view, { width, height }, colourStyle)
      expect(lines.length).toBeLessThan(height)
      if (width >= 80) expect(Math.max(...lines.map(widthOf))).toBeLessThan(width)
    }
  })

  it('says in short what would be cut at 60 columns', () => {
    const lines = drawFlights({ ...view, takenOff: 296_124, landed: 293_000 }, { width: 60, height: 20 }, plainStyle)
    expect(Math.max(...lines.map(widthOf))).toBeLessThan(60)
    expect(lines[0]).toMatch(/296,124 flights +18,400\/s$/)
    expect(lines.join('\n')).toMatch(/guessing 0\.5\)[^]*running median\n[^]*Ctrl-C stops$/)
  })

  it('leaves out parts of names before figures', () => {
    const lines = drawFlights(view, { width: 50, height: 24 }, plainStyle)
    const scored = lines.filter((line) => line.includes('16.5') || line.includes('0.807'))
    expect(scored).toHaveLength(2)
    for (const line of scored) expect(widthOf(line)).toBeLessThan(50)
  })

  it('shows clock, progress, scores, gradients and what is in the air', () => {
    const text = drawFlights(view, { width: 80, height: 24 }, plainStyle).join('\n')
    expect(text).toContain('2001-01-14 08:32 UTC   2,961,240 of 3,000,000 flights')
    expect(text).toMatch(/18,400\/s/)
    expect(text).toMatch(/Eddy +16\.5 +16\.5/)
    expect(text).toMatch(/median +19\.0 +19\.0/)
    expect(text).toMatch(/AUC .* 0\.807 +0\.807/)
    expect(text).toMatch(/delay output +1\.000 █/)
    expect(text).toMatch(/late hidden +– /)
    expect(text).toContain('3,423 in the air, 2,957,817 landed and learned, 0 rejected')
  })

  it('draws before anything has landed', () => {
    const none = { mae: NaN, medianMae: NaN, meanMae: NaN, rocAuc: NaN }
    const lines = drawFlights(
      { ...view, takenOff: 0, landed: 0, recent: none, all: none, losses: { model: [], median: [] } },
      { width: 80, height: 24 }, plainStyle,
    )
    expect(lines.join('\n')).not.toMatch(/NaN|undefined/)
  })
})
