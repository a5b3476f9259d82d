import { type Finding, randomOf, Tally } from './trouble.ts'
import { memoryMedium, openStore, StoreError } from '@eddy/store'
import { digest } from '@eddy/optim'
import { readings, Session, truth } from './victim.ts'

/** P18: a mutated checkpoint file gives a state that was written, or none; no crash, no silent load. */
export async function mutate(files: number, seed: number): Promise<Finding> {
  const tally = new Tally('P18', 'mutated checkpoint files')
  const events = readings(45, seed)
  const digests = truth(events)
  const medium = memoryMedium()
  const session = new Session(medium, events, { every: 8 })
  while (session.hasMore) session.step()
  await session.kept.flush()
  const [name, base] = [...medium.files].filter(([file]) => file.startsWith('checkpoints')).at(-1)!
  const own = [Object, Array, Function].flatMap(({ prototype }) => Reflect.ownKeys(prototype)).length
  const random = randomOf(seed, 'mutate')
  for (let run = 0; run < files; run++) {
    let bytes = base.slice()
    for (let edits = 1 + Math.floor(3 * random()); edits > 0; edits--) bytes = mutated(bytes, random)
    try {
      const found = openStore(memoryMedium(new Map([[name, bytes]])), { readOnly: true }).newest()
      if (found !== null && digest(found.state as object) !== digests[found.sequence]) {
        tally.violated(`--only mutate --seed ${seed}: file ${run} is loaded silently`)
      }
      tally.ended(found === null ? 'nothing found' : found.sequence === 40 ? 'the newest intact' : 'an older one')
    } catch (error) {
      if (!(error instanceof StoreError)) tally.violated(`--only mutate --seed ${seed}: file ${run}: ${String(error)}`)
      tally.ended('refused')
    }
  }
  const now = [Object, Array, Function].flatMap(({ prototype }) => Reflect.ownKeys(prototype)).length
  if (now !== own) tally.violated('prototypes have changed')
  return tally.finding
}

function mutated(bytes: Uint8Array, random: () => number): Uint8Array<ArrayBuffer> {
  const at = Math.floor(bytes.length * random())
  const to = Math.floor(bytes.length * random())
  const value = Math.floor(256 * random())
  const kind = Math.floor(6 * random())
  const copy = bytes.slice()
  if (kind === 0) copy[at] = value
  else if (kind === 1) copy[at]! ^= 1 << (value & 7)
  else if (kind === 2) return copy.slice(0, at)
  else if (kind === 3) copy.copyWithin(to, at, at + value)
  else if (kind === 4) copy.fill(value, at, at + (value & 15))
  else {
    const longer = new Uint8Array(bytes.length + 1)
    longer.set(bytes.subarray(0, at))
    longer[at] = value
    longer.set(bytes.subarray(at), at + 1)
    return longer
  }
  return copy
}
