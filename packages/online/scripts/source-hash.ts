export { sourceHash } from '../../kernels/scripts/source-hash.ts'
