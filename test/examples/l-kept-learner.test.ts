import { adam, categorical, dense, digest, features, learner, numeric, relu, squaredError } from 'eddy'
import { from } from 'rxjs'
import { describe, expect, it, vi } from 'vitest'
import { main } from './l-kept-learner.ts'

describe('example L, a learner that is kept', async () => {
  const { resumed, learned, forgotten, stream } = await main()

  /** The digest of a learner that never stopped. */
  const digestOf = (trips: typeof stream): string => {
    const model = learner({
      features: features({ distance: numeric(), carrier: categorical() }),
      target: (trip: (typeof stream)[number]) => trip.delay,
      model: (m) => m.pipe(dense(16), relu(), dense(1)), loss: squaredError(), optimizer: adam(), seed: 1,
    })
    from(trips).pipe(model.train()).subscribe()
    return digest(model.snapshot())
  }

  it('goes on in another program with the bits of one that never stopped', () => {
    expect(resumed).toBe(2000)
    expect(learned).toBe(digestOf(stream))
  })

  it('forgets a trip to the last bit', () => {
    expect(forgotten).not.toBe(learned)
    expect(forgotten).toBe(digestOf(stream.filter(({ id }) => id !== 'trip-1234')))
  })

  it('shows one line when it is the program, and returns the same data every time', async () => {
    const show = vi.fn()
    expect(await main(show)).toEqual(await main())
    expect(show).toHaveBeenCalledTimes(1)
  })
})
