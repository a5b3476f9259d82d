import { Subscription } from 'rxjs'
import type { AnyNode } from 'eddy'
import { parametersOf, type Style } from '@eddy/terminal'
import type { xorModel } from './xor-model.ts'

type Say = (line: string) => void

/**
 * Subscribes to the streams of the model and says what they emit: values on their way down, gradients on their way
 * back. Unsubscribe to watch no more; learning does not notice either way.
 */
export function watchStreams(model: ReturnType<typeof xorModel>, say: Say, style: Style): Subscription {
  const { x, hidden, logit, loss } = model
  const watching = new Subscription()
  const down = (name: string, node: AnyNode): void => {
    watching.add(node.subscribe(({ data }) => say(`  ${style.accent('↓')} ${name.padEnd(18)} ${numbers(data)}`)))
  }
  const up = (name: string, node: AnyNode): void => {
    const title = `dL/d ${name}`.padEnd(18)
    watching.add(node.gradient$.subscribe(({ data }) => say(`  ${style.warn('↑')} ${title} ${numbers(data)}`)))
  }
  down('x', x)
  down('hidden', hidden)
  down('logit', logit)
  down('loss', loss)
  up('logit', logit)
  up('hidden', hidden)
  for (const parameter of parametersOf(loss)) up(parameter.name, parameter)
  return watching
}

function numbers(values: ArrayLike<number>): string {
  return Array.from(values, (value) => value.toFixed(3).padStart(6)).join(' ')
}
