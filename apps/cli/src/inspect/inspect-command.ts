import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Command, Option } from 'commander'
import { describe, digest, type Report as Metrics } from 'eddy'
import { decimals, grouped, type Report, reportLine, type Streams, styleFor } from '@eddy/terminal'
import { damageOf, type Loaded, loadKept } from '../kept/open-kept.ts'
import { rejectedRows } from '../kept/rejected-row.ts'
import { modelText } from '../learn/read-model.ts'
import { percent, scoreTable } from '../learn/summary.ts'
import { type LogReach, logReach } from './log-reach.ts'

const help = `
What was learned and how, how good it was, what the model looks like, which checkpoints there are, how far back the log
leads, what was rejected or taken back, and whether anything is damaged. The folder stays as it is.

Examples:
  eddy inspect kept
  eddy inspect kept --report json | jq .metrics`

/** `eddy inspect`: what a checkpoint folder holds. */
export function inspectCommand({ stdout, env }: Streams): Command {
  return new Command('inspect')
    .description('Show what eddy learn --checkpoint has kept.')
    .argument('<folder>', 'what eddy learn --checkpoint has kept')
    .addOption(new Option('--report <form>', 'form of the report').choices(['text', 'json']).default('text'))
    .addHelpText('after', help)
    .action((folder: string, { report }: { report: 'text' | 'json' }) => {
      const loaded = loadKept(folder)
      const found = inspect(folder, loaded)
      if (report === 'json') stdout.write(`${jsonOf(found)}\n`)
      else stdout.write(`${textOf(found, loaded, styleFor(stdout.isTTY === true, env)).join('\n')}\n`)
    })
}

function inspect(folder: string, { store, kept, session, setting, sequence }: Loaded) {
  const { received, learned, rejected, expired } = session.tally
  const { baselines, ...metrics } = learned > 0 ? session.metrics : { baselines: {} } as Metrics
  const {
    isDelayed: _, isOpen: __, mayNest: ___, isSettled: ____, classes: _____, numbered: ______, kinds: _______, ...plan
  } = setting
  return {
    folder, bytes: sizeOf(folder), plan: { ...plan, model: modelText(setting.model) }, classes: session.labels.classes,
    events: received, learned, rejected, expired, waiting: session.waiting, records: kept.number, metrics, baselines,
    digest: digest(session.model.snapshot()),
    checkpoints: store.checkpoints().map(({ sequence: after, bytes, file }) => ({ after, bytes, file })),
    log: logReach(store, sequence), quarantined: rejectedRows(store, kept.retried).length,
    learnedLater: kept.retried.length, damage: damageOf(store),
  }
}

type Findings = ReturnType<typeof inspect>

function jsonOf({ metrics, baselines, ...rest }: Findings): string {
  // Scores are rounded as in every other report.
  const line = reportLine({ ...rest, metrics, baselines, eventsPerSecond: 0, seconds: 0 } as Report)
  return JSON.stringify({ ...JSON.parse(line) as object, eventsPerSecond: undefined, seconds: undefined })
}

function textOf(found: Findings, { session }: Loaded, style: ReturnType<typeof styleFor>): string[] {
  const { plan, events, learned, rejected, expired, waiting, checkpoints, damage } = found
  const optional: readonly (readonly [string, unknown])[] = [
    ['optimizer', plan.optimizer], ['ignored', plan.ignore.join(', ')], ['time', plan.time?.name], ['id', plan.id],
    ['delay', plan.delay === null ? null : `${plan.delay.by} ${plan.delay.unit}`],
    ['classes', found.classes.join(', ')],
  ]
  const given = optional.filter(([, value]) => value !== null && value !== undefined && value !== '')
    .map(([name, value]) => `${name} ${String(value)}`)
  const counts = [
    `${grouped(learned)} learned`, `${grouped(rejected)} rejected${rejected > 0 ? ` (${session.tally.reasons})` : ''}`,
    ...(expired > 0 ? [`${grouped(expired)} without a label`] : []),
    ...(waiting > 0 ? [`${grouped(waiting)} waiting for theirs`] : []),
  ]
  const sizes = checkpoints.map(({ after }) => grouped(after))
  return [
    `${style.bold(found.folder)}: ${style.bold(plan.target)} (${plan.task}), model ${plan.model}, loss ${plan.loss}, `
    + `seed ${plan.seed}`,
    ...(given.length > 0 ? [given.join('; ')] : []),
    `${grouped(events)} records: ${counts.join(', ')}`,
    '', ...scoreTable(found as never, style), '', ...modelLines(session), '',
    `${grouped(checkpoints.length)} checkpoint${checkpoints.length === 1 ? '' : 's'}, after `
    + `${sizes.slice(0, 6).join(', ')}${sizes.length > 6 ? ', …' : ''} operations; ${sizeWord(found.bytes)} in all`,
    logLine(found.log),
    ...(found.quarantined + found.learnedLater === 0 ? [] : [
      `${grouped(found.quarantined)} rejected records are kept (eddy rejected ${found.folder})`
      + (found.learnedLater > 0 ? `, ${grouped(found.learnedLater)} were learned later` : ''),
    ]),
    ...damage.map(({ file, at, what }) => `damage: ${file}, byte ${at}: ${what}`),
    ...(damage.length === 0 ? ['no damage'] : []),
    `digest ${style.dim(found.digest)}`,
  ]
}

function modelLines({ model }: Loaded['session']): string[] {
  if (model.learner !== null) return describe(model.learner as never).split('\n')
  return [...model.experts()].sort((a, b) => b.weight - a.weight)
    .map(({ name, weight, loss }) => `${name.padEnd(28)}${percent(weight).padStart(8)}   loss ${loss.toPrecision(4)}`)
}

function logLine({ from, to, without }: LogReach): string {
  if (from === null) return 'no log: nothing can be taken back'
  const back = without.length > 0 ? `; ${grouped(without.length)} taken back` : ''
  const reach = from === 0 ? 'the beginning' : `operation ${grouped(from)}`
  return `the log has ${grouped(to - from)} operations, back to ${reach}${back}`
}

function sizeOf(folder: string): number {
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
}

function sizeWord(bytes: number): string {
  return bytes < 2 ** 20 ? `${decimals(bytes / 1024, 1)} KiB` : `${decimals(bytes / 2 ** 20, 1)} MiB`
}
