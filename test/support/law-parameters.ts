import type { Parameters } from 'fast-check'

/** Number of random graphs per law; more with EDDY_LAW_RUNS. A failure prints its seed; EDDY_LAW_SEED repeats it. */
export const lawParameters: Pick<Parameters<unknown>, 'numRuns' | 'seed'> = {
  numRuns: Number(process.env['EDDY_LAW_RUNS'] ?? 1000),
  ...(process.env['EDDY_LAW_SEED'] === undefined ? {} : { seed: Number(process.env['EDDY_LAW_SEED']) }),
}
