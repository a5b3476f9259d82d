import { Command, Option } from 'commander'
import { digest, Tensor } from 'eddy'
import { difference, type TensorDifference } from '@eddy/store'
import { decimals, grouped, type OutputStream, padEnd, padStart, type Streams } from '@eddy/terminal'
import { loadKept } from '../kept/open-kept.ts'

const help = `
For each tensor that differs in any bit, parameters first, then by the size of the change: the length of what was added
(norm), the same as a share of its own length, the largest change of one number, and its shape. Other differences
(counters, names) are counted by place. With --report json, one line: { digests, tensors, others }.

Examples:
  eddy diff before after
  eddy replay kept --set learning-rate=0.3 --out bolder && eddy diff kept bolder`

const shownMax = 40

/** `eddy diff`: what differs between two states of one model. */
export function diffCommand({ stdout }: Streams): Command {
  return new Command('diff')
    .description('Compare what was learned in two folders, tensor by tensor.')
    .argument('<before>', 'what eddy learn --checkpoint has kept')
    .argument('<after>', 'another such folder')
    .addOption(new Option('--report <form>', 'form of the report').choices(['text', 'json']).default('text'))
    .addHelpText('after', help)
    .action((before: string, after: string, { report }: { report: 'text' | 'json' }) => {
      const [a, b] = [before, after].map((folder) => loadKept(folder).session.model.snapshot())
      const { tensors: all, others } = difference(asTensors(a!) as object, asTensors(b!) as object)
      const tensors = groups.flatMap((group) => all.filter(({ path }) => groupOf(path) === group))
      const digests = [digest(a as never), digest(b as never)]
      const places = countedPlaces(others)
      const line = { digests, tensors, others: Object.fromEntries(places) }
      if (report === 'json') stdout.write(`${JSON.stringify(line)}\n`)
      else print(digests, tensors, places, stdout)
    })
}

const groups: readonly string[] = ['training.parameters.', 'training.buffers.', 'training.slots.', '']

/** What people look for comes first. */
function groupOf(path: string): string {
  return groups.find((start) => path.startsWith(start))!
}

/** Typed arrays as tensors of one axis, so that they are compared as a whole. */
function asTensors(value: unknown): unknown {
  if (value instanceof Float32Array || value instanceof Float64Array) return Tensor.of([value.length], value.slice())
  if (typeof value !== 'object' || value === null || value instanceof Tensor || ArrayBuffer.isView(value)) return value
  if (Array.isArray(value)) {
    const isNumbers = value.length > 1 && value.every((item) => typeof item === 'number')
    return isNumbers ? Tensor.of([value.length], Float64Array.from(value as number[])) : value.map(asTensors)
  }
  // A null prototype: names of features can be anything.
  return Object.assign(Object.create(null), Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, asTensors(item)]),
  )) as object
}

/** Places, those of one list together, and how many differ there. */
function countedPlaces(paths: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const path of paths) {
    const place = path.replaceAll(/\.\d+(?=\.|$)/g, '[]')
    counts.set(place, (counts.get(place) ?? 0) + 1)
  }
  return counts
}

function print(
  digests: readonly string[], tensors: readonly TensorDifference[], places: ReadonlyMap<string, number>,
  stdout: OutputStream,
): void {
  const write = (line: string): void => void stdout.write(`${line}\n`)
  if (tensors.length === 0 && places.size === 0) return write(`no difference: digest ${digests[0]}`)
  const width = Math.min(60, Math.max(...tensors.map(({ path }) => path.length), 6))
  const row = (path: string, ...cells: readonly string[]): string => (
    padEnd(path, width) + cells.map((cell) => padStart(cell, 12)).join('')
  )
  write(row('tensor', 'norm', 'relative', 'largest', 'shape'))
  for (const { path, norm, before, largest, shapes } of tensors.slice(0, shownMax)) {
    const [was, is] = shapes.map((shape) => (shape === null ? 'none' : `[${shape.join(', ')}]`))
    const relative = before > 0 ? norm / before : Infinity
    write(row(path, number(norm), number(relative), number(largest), was === is ? is! : `${was} ${is}`))
  }
  if (tensors.length > shownMax) write(`and ${grouped(tensors.length - shownMax)} more`)
  if (places.size > 0) {
    const all = [...places].map(([place, count]) => (count === 1 ? place : `${place} (${grouped(count)})`))
    const more = all.length > 12 ? ` and ${grouped(all.length - 12)} more places` : ''
    write(`other differences: ${all.slice(0, 12).join(', ')}${more}`)
  }
  write(`digest ${digests[0]}\n    to ${digests[1]}`)
}

function number(value: number): string {
  if (!Number.isFinite(value)) return '–'
  return value !== 0 && (value < 1e-3 || value >= 1e6) ? value.toExponential(2) : decimals(value, 4)
}
