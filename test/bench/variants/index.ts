import type { Toolchain } from '../toolchain.ts'
import type { Variant } from '../variant.ts'
import type { Workload } from '../workload.ts'
import { compiled } from './compiled.ts'
import { eddy, eddyBurst } from './eddy.ts'
import { plain } from './plain.ts'

/** All implementations of a workload that can run here; the baseline comes first. */
export function variantsOf(workload: Workload, toolchain: Toolchain | null): readonly Variant[] {
  const inJavaScript = [plain(workload), eddy(workload), eddyBurst(workload)]
  return toolchain === null ? inJavaScript : [compiled('C', workload, workload.c, toolchain), ...inJavaScript]
}
