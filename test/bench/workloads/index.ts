import type { Workload } from '../workload.ts'
import { w1 } from './w1.ts'
import { w10 } from './w10.ts'
import { w11 } from './w11.ts'
import { w2Adam, w2Dense, w2Zeros } from './w2.ts'
import { w3 } from './w3.ts'
import { w4Adagrad, w4Sgd } from './w4.ts'
import { w5 } from './w5.ts'
import { w6 } from './w6.ts'
import { w7 } from './w7.ts'
import { w8 } from './w8.ts'
import { w9Large, w9Small } from './w9.ts'
import { w9Store } from './w9-store.ts'

/** In the order of the report. */
export const workloads: readonly Workload[] = [
  w1, w2Dense, w2Zeros, w2Adam, w3, w4Sgd, w4Adagrad, w5, w6, w7, w8, w9Small, w9Large, w9Store, w10, w11,
]
