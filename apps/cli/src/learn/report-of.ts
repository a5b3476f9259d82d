import { digest, type Report as Metrics } from 'eddy'
import type { Report } from '@eddy/terminal'
import type { Session } from './session.ts'

/** What a session has come to, after so many records in so many seconds. */
export function reportOf(session: Session, count: number, seconds: number): Report {
  const { received, learned, rejected, expired } = session.tally
  const { baselines, ...metrics } = learned > 0 ? session.metrics : { baselines: {} } as Metrics
  return {
    events: received, learned, rejected, expired, metrics, baselines, digest: digest(session.model.snapshot()),
    eventsPerSecond: count / Math.max(seconds, 1e-9), seconds,
  } as Report
}
