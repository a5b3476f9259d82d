import { type AnyNode } from '@eddy/graph'
import { exportNode, type ExportOnnxOptions } from './export-node.ts'

/** scratch until learners are there */
export function exportOnnx(source: AnyNode, options: ExportOnnxOptions = {}): Uint8Array {
  return exportNode(source, options)
}
