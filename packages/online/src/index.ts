export { type AxisName, NamedAxis, type NamedAxisOptions } from './named-axis.ts'
export { accuracy, balancedAccuracy, type Probabilities } from './metrics/accuracy.ts'
export {
  type ActivationStatistics, activationStatistics, type DeadUnits, deadUnits, type DeadUnitsOptions,
} from './inspect/activations.ts'
export { adwin, type AdwinOptions, type AdwinState } from './drift/adwin.ts'
export {
  backgroundLearner, BackgroundLearner, type BackgroundLearnerOptions, type BackgroundLearnerState,
} from './drift/background-learner.ts'
export { anomaly } from './anomaly/anomaly.ts'
export { AnomalyDetector } from './anomaly/anomaly-detector.ts'
export type {
  AnomalyCounters, AnomalyOptions, AnomalyState, Influence, Scored, ScoredAndLearned,
} from './anomaly/anomaly-options.ts'
export { type Autoencoder, autoencoder, type AutoencoderOptions } from './anomaly/autoencoder.ts'
export { autoModel } from './auto/make-auto-model.ts'
export { AutoModel, type AutoRequest, type AutoState } from './auto/auto-model.ts'
export type { AutoMetric, AutoOptions, AutoPrediction } from './auto/auto-options.ts'
export { aggregate, type Aggregate, type AggregateOptions } from './encoders/aggregate.ts'
export {
  BadValueError, type Emit, type Encoder, type EncoderMemory, type HashTable, type PartsLimit, refuse,
} from './encoder.ts'
export {
  type BinaryMetric, binaryMetrics, type MulticlassMetric, multiclassMetrics, type RegressionMetric, regressionMetrics,
} from './judges.ts'
export { BalancedWeights, balancedWeights, type ClassWeights } from './imbalance/class-weights.ts'
export { Bandit } from './bandit/bandit.ts'
export { bandit } from './bandit/make-bandit.ts'
export type {
  BanditCounters, BanditOptions, BanditState, ChooseOptions, DecideOptions, Decided, Occasion, PastDecision,
  RewardByKey, RewardLoss, RewardOptions,
} from './bandit/bandit-options.ts'
export { boolean, type BooleanOptions } from './encoders/boolean.ts'
export { brierScore } from './metrics/brier-score.ts'
export {
  calibrationError, type CalibrationOptions, reliability, type ReliabilityBin,
} from './metrics/calibration.ts'
export {
  type BoostedRate, boostedRate, type BoostedRateOptions, type BoostedRateState,
} from './drift/boosted-rate.ts'
export { categorical, type CategoricalOptions } from './encoders/categorical.ts'
export type { ClassChoice } from './metrics/class-average.ts'
export { classPrior } from './baselines/class-prior.ts'
export { type ClassScores, classScores, confusionMatrix, type ConfusionRows } from './metrics/confusion-matrix.ts'
export { cross, type CrossOptions } from './encoders/cross.ts'
export { cycle, type CycleOptions } from './encoders/cycle.ts'
export { date, type DateOptions, type DatePart } from './encoders/date.ts'
export { ddm, type DdmOptions, type DdmState } from './drift/ddm.ts'
export type { Decision, LoggedDecision, Offer } from './bandit/decision.ts'
export { type DelayedPart, delayLabels, type DelayLabelsOptions } from './delayed/delay-labels.ts'
export type {
  DelayedLabelOptions, DelayedState, EnvelopeOptions, LabelCounters, LabelReport, PastPrediction, PendingPrediction,
  RequestOptions,
} from './delayed/delayed-options.ts'
export { days, hours, minutes, seconds } from './delayed/durations.ts'
export { LearnedLater, type PredictedWithKey } from './delayed/learned-later.ts'
export { defineMemory, type MemoryDefinition } from './encoders/define-memory.ts'
export { describe } from './inspect/describe.ts'
export { detectDrift, type DetectDriftOptions, type DriftSignal } from './drift/detect-drift.ts'
export type { Detector, DetectorState, DriftStatus } from './drift/detector.ts'
export type { DriftMode } from './drift/check.ts'
export { type Adjustable, type DriftPolicy, onDrift } from './drift/drift-policy.ts'
export type { DriftWatch } from './drift/drift-watch.ts'
export { earlyWarning, type EarlyWarningOptions, type EarlyWarningState } from './drift/early-warning.ts'
export { eddm, type EddmOptions, type EddmState } from './drift/eddm.ts'
export { epsilonGreedy, type EpsilonGreedyOptions } from './bandit/epsilon-greedy.ts'
export { evaluate, type Evaluated, type EvaluateOptions, type EvaluationState } from './evaluate.ts'
export type { Asked, Expert } from './auto/auto-core.ts'
export { f1, macroF1, microF1, weightedF1 } from './metrics/f1.ts'
export { fading } from './metrics/fading.ts'
export { features, type Features, type FeaturesOptions } from './features.ts'
export { fhddm, type FhddmOptions, type FhddmState } from './drift/fhddm.ts'
export { finiteNumber } from './encoders/finite-number.ts'
export {
  type GradientFlow, gradientFlow, type GradientFlowOptions, gradientNorms, namedGradients, type PerLayer,
} from './inspect/gradients.ts'
export type { Guess } from './class-reader.ts'
export { hashed, type HashedOptions } from './encoders/hashed.ts'
export type { HashTableOptions } from './encoders/hash-table.ts'
export type { HistoryOptions } from './encoders/history.ts'
export { hashText } from './hash-text.ts'
export { hddmA, type HddmAOptions, type HddmAState } from './drift/hddm-a.ts'
export { hddmW, type HddmWOptions, type HddmWState } from './drift/hddm-w.ts'
export { type Histogram, histogram, type HistogramOptions } from './inspect/histogram.ts'
export type { Inspectable } from './inspect/graph-of.ts'
export type { Combine } from './many/combine.ts'
export { Ensemble } from './many/ensemble.ts'
export { ensemble } from './many/make-ensemble.ts'
export {
  type EnsembleCounters, EnsembleLearned, type EnsembleMember, type EnsembleOptions, type EnsemblePredicted,
  type EnsembleState, type MemberRejection, type MemberReport,
} from './many/ensemble-options.ts'
export { grid } from './many/grid.ts'
export { KeyedLearner } from './many/keyed-learner.ts'
export { keyedLearner } from './many/make-keyed-learner.ts'
export type { Evicted, Key, KeyedCounters, KeyedLearnerOptions, KeyOf } from './many/keyed-options.ts'
export type { KeyedState } from './many/keyed-state.ts'
export { kswin, type KswinOptions, type KswinState } from './drift/kswin.ts'
export { kappa } from './metrics/kappa.ts'
export { kappaTemporal } from './metrics/kappa-temporal.ts'
export { lag, type LagOptions } from './encoders/lag.ts'
export { lastClass } from './baselines/last-class.ts'
export { Learner, type Query } from './learner.ts'
export { learner } from './make-learner.ts'
export type { LearnerNodes } from './wire-graph.ts'
export type { LearnerCounters, LearnerState } from './learner-state.ts'
export type {
  LearnerFacts, LearnerLoss, LearnerOptions, MetricOf, OpenLearnerOptions, PredictionOf,
} from './options.ts'
export { Learned, type Predicted } from './results.ts'
export { linUcb, type LinUcbOptions } from './bandit/lin-ucb.ts'
export { logLoss } from './metrics/log-loss.ts'
export { mae } from './metrics/mae.ts'
export { meanOf, type MeanOptions } from './metrics/mean-of.ts'
export { meanBaseline } from './baselines/mean.ts'
export { medianBaseline } from './baselines/median.ts'
export type { MissingPolicy } from './encoders/missing.ts'
export type { FieldNames } from './encoders/key-text.ts'
export type { Baseline, Metric, MetricFactory, MetricState } from './metrics/metric.ts'
export type { ModelState } from './many/tenants.ts'
export { noChange } from './baselines/no-change.ts'
export { numeric, type NumericOptions } from './encoders/numeric.ts'
export {
  type Logged, OffPolicy, offPolicy, type OffPolicyOptions, type OffPolicyState,
} from './bandit/off-policy.ts'
export { pageHinkley, type PageHinkleyOptions, type PageHinkleyState } from './drift/page-hinkley.ts'
export { type ClassPrediction, OpenClassPrediction } from './prediction.ts'
export type { Policy, RidgeOptions } from './bandit/policy.ts'
export { precision } from './metrics/precision.ts'
export { type Judge, type Metrics, Prequential, type PrequentialState, type Report } from './prequential.ts'
export { quantileLoss } from './metrics/quantile-loss.ts'
export { r2 } from './metrics/r2.ts'
export { resetOptimizer } from './drift/reset-optimizer.ts'
export { recall } from './metrics/recall.ts'
export { rmse } from './metrics/rmse.ts'
export { rocAuc, type RocAucOptions } from './metrics/roc-auc.ts'
export { rolling } from './metrics/rolling.ts'
export type { RidgeState } from './bandit/ridge-rewards.ts'
export { squareCb, type SquareCbOptions } from './bandit/square-cb.ts'
export { Statistic } from './metrics/statistic.ts'
export type { Label, Target } from './target.ts'
export { targetMean, type TargetMeanOptions } from './encoders/target-mean.ts'
export type { Task } from './task.ts'
export { text, type TextOptions } from './encoders/text.ts'
export { vector, type VectorOptions } from './encoders/vector.ts'
export { toDot, toMermaid } from './inspect/drawing.ts'
export { updateRatios, weightHistograms, weightNorms } from './inspect/weights.ts'
export type { Saved } from './auto/saved.ts'
