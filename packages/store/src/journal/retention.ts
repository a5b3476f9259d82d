import type { Medium } from '../medium/medium.ts'
import { CheckpointFile } from './checkpoint-reader.ts'
import { storeFiles } from './file-names.ts'

/**
 * Names of files of checkpoints that are not needed, when `present` is durable: all but it, the one before, so many
 * more that `keep` checkpoints remain, and, with a log, the first one, from which everything can be learned again.
 * `counts` says how many checkpoints a file has, and is told of those that had to be read for it.
 */
export function superfluous(
  medium: Medium, keep: number, present: string, hasLog: boolean, counts: Map<string, number>,
): readonly string[] {
  const files = storeFiles(medium.list()).filter(({ kind }) => kind === 'checkpoints').reverse()
  const [origin] = hasLog ? files.slice(-1) : []
  let kept = 0
  let isOlder = false
  let older = 0
  const names: string[] = []
  for (const file of files) {
    if (isOlder && older >= 1 && kept >= keep) {
      if (file !== origin) names.push(file.name)
      continue
    }
    const count = counts.get(file.name) ?? [...new CheckpointFile(medium, file).infos()].length
    counts.set(file.name, count)
    kept += count
    if (isOlder && count > 0) older++
    if (file.name === present) isOlder = true
  }
  return names
}
