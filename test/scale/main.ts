/**
 * `pnpm scale [tables] [pairs] [events] [names] [many-models] [grids]`: what an event costs as tables, events, streams,
 * vocabularies and the number of models grow.
 * Each part runs in a process of its own. Exit code 2: misuse.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { events } from './events.ts'
import { grids, manyModels } from './many-models.ts'
import { names } from './names.ts'
import { pairs } from './pairs.ts'
import { printLine, type Section } from './section.ts'
import { tables } from './tables.ts'

const sections: readonly Section[] = [tables, pairs, events, names, manyModels, grids]

async function print({ title, columns, rows }: Section): Promise<void> {
  process.stdout.write(`\n${title}\n`)
  printLine(columns)
  for await (const row of rows()) printLine(row)
}

const wanted = process.argv.slice(2)
const unknown = wanted.find((name) => !sections.some((section) => section.name === name))
if (unknown !== undefined) {
  process.stderr.write(`scale: '${unknown}' is no part, there are ${sections.map(({ name }) => name).join(', ')}\n`)
  process.exitCode = 2
} else if (wanted.length === 1) {
  await print(sections.find(({ name }) => name === wanted[0])!)
} else {
  const chosen = sections.filter(({ name }) => wanted.length === 0 || wanted.includes(name))
  for (const { name } of chosen) {
    spawnSync(process.execPath, [...process.execArgv, fileURLToPath(import.meta.url), name], { stdio: 'inherit' })
  }
}
