import { EventError, GraphError } from '@eddy/graph'
import { formatValue } from '@eddy/tensor'
import { checkFeatures } from '../features.ts'
import type { Task } from '../task.ts'
import type { AutoOptions } from './auto-options.ts'

/** @throws EventError when this is no label. */
export function taskOfLabel(label: unknown): Task {
  if (typeof label === 'string') return 'multiclass'
  if (typeof label === 'boolean') return 'binary'
  if (typeof label === 'number') return 'regression'
  throw new EventError(
    `${label === null ? 'null' : typeof label} as the target`, 'a number, text or a boolean',
    'Filter out events without one',
  )
}

/** @throws GraphError for options that do not fit together. */
export function checkOptions({ target, features, classes, task }: AutoOptions<never>): void {
  if (typeof target !== 'function' && typeof target !== 'string') {
    throw new GraphError(
      `got ${typeof target} as the target`, 'autoModel', "Name its field: autoModel({ target: 'price' })",
    )
  }
  if (features !== undefined) checkFeatures('autoModel', features)
  if (typeof target === 'string' && features?.declared.some(([name]) => name === target) === true) {
    throw new GraphError(`the target ${target} is a feature, too`, 'autoModel', 'Remove it from features({ ... })')
  }
  if (features?.ignoresExplicitly === true && features.unknown === 'ignore' && features.declared.length === 0) {
    throw new GraphError(
      'the features declare no field, and ignore all that are not declared', 'autoModel',
      "To read all but some give features({}, { unknown: 'auto', ignore: ['id'] })",
    )
  }
  if (typeof target === 'function' && features?.ignoresExplicitly !== true && features?.unknown !== 'ignore') {
    throw new GraphError(
      'every field becomes a feature, and the target is a function, so the label might be among them', 'autoModel',
      "Name the field of the label in features: features({}, { unknown: 'auto', ignore: ['label'] })",
    )
  }
  if (classes !== undefined && task === undefined) {
    throw new GraphError('classes were given without a task', 'autoModel', "Give task: 'binary' or 'multiclass', too")
  }
  if (classes !== undefined && (task === 'regression' || !Array.isArray(classes))) {
    const wanted = task === 'regression' ? 'none for a regression' : 'a list of their names'
    throw new GraphError(`got ${formatValue(classes)} as the classes, wanted ${wanted}`, 'autoModel', 'Leave them out')
  }
  if (task !== undefined && task !== 'regression' && task !== 'binary' && task !== 'multiclass') {
    throw new GraphError(`got ${String(task)} as the task`, 'autoModel', "Give 'regression', 'binary' or 'multiclass'")
  }
}
