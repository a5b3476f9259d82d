import { digest, type DType, minimize, type NodeRecord, records, sgd } from 'eddy'
import { Subject } from 'rxjs'
import { everySample } from '../../support/every-sample.ts'
import { type Trial, trainedDigest, type Way, ways } from '../trial.ts'

/** One step downhill from all samples of every operation: its values are in the loss, its gradients in the weights. */
export const everyOperator: Trial = {
  name: 'every operation at all its samples',
  // The slowest trial, and its operations are compared in all ways by the laws of their package.
  ways: [ways[0]!, ways[3]!],
  digest: (dtype, way) => digest(records.map((record) => [record.name, trained(record, dtype, way)])),
}

function trained(record: NodeRecord, dtype: DType, way: Way): string {
  const source = new Subject<number>()
  const loss = everySample(record, source)
  const training = loss.pipe(minimize(sgd({ learningRate: 0.5 }), { dtype, fusion: way.fusion, seed: 9 }))
  return trainedDigest({ source, training }, [1], way)
}
