/** The small model on a page that spends some kilobytes more on speed. */
import '@eddy/kernels/specialize'

export { learn } from './small-model.ts'
