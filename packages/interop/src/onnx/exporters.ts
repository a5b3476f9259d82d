import { elementwiseExporters } from './elementwise.ts'
import { layerExporters } from './layers.ts'
import { reductionExporters } from './reductions.ts'
import { shapeExporters } from './shapes.ts'
import type { Exporter } from './value.ts'

/** How an operation of Eddy is written in ONNX, by the name of its record. Others are taken apart or refused. */
export const exporters: ReadonlyMap<string, Exporter> = /* @__PURE__ */ new Map([
  ...Object.entries(elementwiseExporters), ...Object.entries(layerExporters), ...Object.entries(reductionExporters),
  ...Object.entries(shapeExporters),
])
