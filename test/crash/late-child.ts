/**
 * A process that is killed while labels come later than what they belong to:
 *
 *     node late-child.mjs FOLDER PREDICTIONS SEED LOG
 */
import { digest } from '@eddy/optim'
import { nodeFiles, openStore, persist } from '@eddy/store'
import { from } from 'rxjs'
import { acts, type LateEnd, makeLate, rules } from './late-acts.ts'

const [folder = '', predictions, seed, log] = process.argv.slice(2)
const model = makeLate()
const kept = persist(model, openStore(nodeFiles(folder)), {
  every: 3000, log: log === 'log', logEvery: 500, delayed: rules,
})
let most = 0
let skipped = kept.sequence
process.stdout.write(`${skipped}\n`)
for (const [kind, value] of acts(Number(predictions), Number(seed))) {
  if (skipped-- > 0) continue
  if (kind === 'request') from([value]).pipe(kept.predict()).subscribe()
  else if (kind === 'label') from([value]).pipe(kept.learn()).subscribe()
  else kept.tick(value)
  if (kept.sequence % 500 === 0) {
    most = Math.max(most, model.labelCounters.pending)
    await new Promise<void>((resolve) => void setImmediate(resolve))
  }
}
const end: LateEnd = {
  learned: digest(model.snapshot().training), counters: model.labelCounters, operations: kept.sequence, most,
}
await kept.close()
process.stdout.write(`${JSON.stringify(end)}\n`)
