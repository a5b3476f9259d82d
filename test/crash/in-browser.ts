import { digest } from '@eddy/optim'
import { indexedDb, openStore, persist } from '@eddy/store/browser'
import { makeVictim, readings } from './victim.ts'

/** What the page reports. */
export interface Seen {
  readonly resumed: number
  readonly durable: number
  readonly digest: string
  readonly locked: string
  readonly files: number
}

/** Learns in a page, is left without a word, learns on in another one: what is kept is in the browser's database. */
async function main(): Promise<Seen> {
  const events = readings(300, 1)
  const first = persist(makeVictim(), openStore(await indexedDb('victim', { locks: null })), { every: 20, log: true })
  const learn = (kept: typeof first, from: number, to: number): void => {
    for (const event of events.slice(from, to)) {
      try {
        kept.learnOne(event)
      } catch (error) {
        if ((error as { code?: string }).code !== 'E_REJECTED') throw error
      }
    }
  }
  learn(first, 0, 170)
  const { sequence: durable } = await first.flush()
  learn(first, 170, 190)
  const medium = await indexedDb('victim')
  const locked = await indexedDb('victim').then(() => 'nothing', (error: { code: string }) => error.code)
  const again = persist(makeVictim(), openStore(medium), { every: 20, log: true })
  const resumed = again.sequence
  learn(again, resumed, 300)
  await again.flush()
  await again.close()
  return { resumed, durable, locked, digest: digest(again.learner.snapshot()), files: medium.list().length }
}

void main().then(
  (seen) => fetch('/seen', { method: 'POST', body: JSON.stringify(seen) }),
  (error: unknown) => fetch('/seen', { method: 'POST', body: String((error as Error).stack ?? error) }),
)
