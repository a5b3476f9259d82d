import { writeFileSync } from 'node:fs'
import { Command } from 'commander'
import { ExportError, exportOnnx, writeSafetensors } from '@eddy/interop'
import { grouped, type Streams } from '@eddy/terminal'
import { loadKept } from '../kept/open-kept.ts'
import { noGraph, stateDictOf } from '../kept/warm.ts'
import type { Session } from '../learn/session.ts'
import { Misuse, systemReason } from '../misuse.ts'

const help = `
model.onnx predicts in any runtime of ONNX as eddy predict does: its inputs are the columns of one record, numbers as
[1], true and false as the numbers 1 and 0, words as text [1], a missing number as NaN, a missing word as U+FFFF; its
outputs are prediction, or probability (of the second of two classes), or probabilities and label. Columns of long text
or of dates have no counterpart there: learn without them (--ignore). model.safetensors has the weights and statistics
under their names, for numpy, PyTorch and eddy learn --warm-start. A mixture (--model auto) is no one graph and cannot
be exported; linear and mlp can.

Examples:
  eddy learn rides.csv --target minutes --model mlp:32 --checkpoint kept
  eddy export kept rides.onnx
  eddy export kept rides.safetensors
  eddy learn more.csv --target minutes --model mlp:32 --warm-start rides.safetensors`

/** `eddy export`: what was learned, in forms that others read. */
export function exportCommand({ stdout }: Streams): Command {
  return new Command('export')
    .description('Write what was learned as a model of ONNX, or its weights as safetensors.')
    .argument('<folder>', 'what eddy learn --checkpoint has kept')
    .argument('<file>', 'model.onnx or model.safetensors')
    .addHelpText('after', help)
    .action((folder: string, file: string) => {
      const write = writers.get(/\.[a-z]+$/i.exec(file)?.[0].toLowerCase() ?? '')
      if (write === undefined) throw new Misuse(`${file} has no known ending. Name it model.onnx or model.safetensors.`)
      const bytes = write(loadKept(folder).session, file)
      try {
        writeFileSync(file, bytes)
      } catch (error) {
        const what = `${file} cannot be written (${systemReason(error)})`
        throw new Misuse(`${what}. Name a file in a folder that exists.`, { cause: error })
      }
      stdout.write(`${file}: ${grouped(bytes.length)} bytes\n`)
    })
}

const writers: ReadonlyMap<string, (session: Session, file: string) => Uint8Array> = new Map([
  ['.onnx', onnxOf], ['.safetensors', safetensorsOf],
])

function safetensorsOf(session: Session): Uint8Array {
  const { tensors, metadata } = stateDictOf(session)
  return writeSafetensors(tensors, { metadata })
}

/** @throws Misuse naming the column or node that ONNX cannot express. */
function onnxOf({ model, plan, labels }: Session, file: string): Uint8Array {
  if (model.learner === null) throw new Misuse(noGraph('ONNX', model.experts()))
  try {
    return exportOnnx(model.learner, plan.task === 'regression' ? {} : { classes: labels.classes })
  } catch (error) {
    if (!(error instanceof ExportError)) throw error
    const [reason] = error.message.split('. ')
    throw new Misuse(`${file}: ${reason}. Learn without it (--ignore), or export model.safetensors.`, { cause: error })
  }
}
