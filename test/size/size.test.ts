import { expect, it } from 'vitest'
import type { learn as Learn } from './pages/small-model.ts'
import { measure } from './measure.ts'
import { pages } from './pages.ts'

it.each(pages)('$name: a page with $title is at most $budget bytes of gzip', async (page) => {
  const { gzip, parts } = await measure(page)
  expect(gzip, `pnpm size shows the parts; the largest: ${parts.slice(0, 4).map(({ name }) => name)}`)
    .toBeLessThanOrEqual(page.budget)
})

it('the bundle of small-model is whole: what is left of it learns', async () => {
  const { code } = await measure(pages.find(({ name }) => name === 'small-model')!)
  const { learn } = await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(code)}`) as
    { learn: typeof Learn }
  const { first, last, steps } = learn(200)
  expect(steps).toBe(800)
  expect(first).toBeGreaterThan(0.5)
  expect(last).toBeLessThan(0.1)
})

it('a page that learns holds nothing of Immer, which is for patches of states', async () => {
  const [small, everything] = await Promise.all(pages.map(measure))
  expect(small!.parts.map(({ name }) => name)).not.toContain('immer')
  expect(everything!.parts.map(({ name }) => name)).toContain('immer')
})

it('the parts of a page are all its bytes', async () => {
  const { code, parts } = await measure(pages[0]!)
  const lineBreaks = code.split('\n').length - 1
  expect(parts.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(code.length - lineBreaks)
  expect(parts.map(({ name }) => name)).toEqual(expect.arrayContaining(['graph', 'nodes', 'optim', 'rxjs']))
})
