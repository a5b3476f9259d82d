import type { SourceRecord } from '@eddy/sources'
import type { Outcome } from '@eddy/store'
import type { Answer } from '../learn/model.ts'
import type { Refused } from '../learn/rejected-file.ts'
import { Session, type SessionState, type Witness } from '../learn/session.ts'
import { type Begin, type Happening, nameOf, type RecordCame } from './happening.ts'
import type { Outputs, OutputsState } from './outputs.ts'
import { bytesOfRecord, type RejectedNotes } from './rejected-row.ts'
import { planOf, type Setting } from './setting.ts'
import { startWarm } from './warm.ts'

/** Everything that a checkpoint holds, apart from where the source is. */
export interface KeptState {
  /** null: nothing has begun. */
  readonly setting: Setting | null
  readonly session: SessionState | null
  readonly outputs: OutputsState | null
  /** A label did not suit what was planned for, and nothing was done about it yet. */
  readonly isContradicted: boolean
  /** Records of the source so far. */
  readonly number: number
  /** Numbers of records that were rejected and learned later on. */
  readonly retried: readonly number[]
}

export interface KeptParts {
  /** Files that lines are written to. */
  readonly outputs?: Outputs
  /** Told of what is kept before it is used; may throw. */
  readonly check?: (setting: Setting) => void
  /** Learn otherwise than what was done: only from the beginning. */
  readonly revise?: (setting: Setting) => Setting
  /** Where rejected records are noted down. */
  readonly notes?: () => RejectedNotes | null
}

const suited: Outcome = { result: true, rejection: null }

/** A session that can be kept in a store: all it does comes from happenings, so that these can be logged and redone. */
export class KeptSession {
  readonly #parts: KeptParts
  #session: Session | null = null
  #setting: Setting | null = null
  #outputs: OutputsState | null = null
  #isContradicted = false
  #number = 0
  #retried: number[] = []
  #current: Happening | null = null
  #isRefused = false
  /** Whether files stay as they are, because what happens is no news. */
  #isSilent = false

  constructor(parts: KeptParts = {}) {
    this.#parts = parts
  }

  /** null until learning has begun. */
  get session(): Session | null {
    return this.#session
  }

  get setting(): Setting | null {
    return this.#setting
  }

  get isContradicted(): boolean {
    return this.#isContradicted
  }

  get number(): number {
    return this.#number
  }

  get retried(): readonly number[] {
    return this.#retried
  }

  /** From now on nothing is said in files: what is learned again was said at its time. */
  beSilent(): void {
    this.#isSilent = true
  }

  /** Gives false for a label that does not suit the task. */
  learnOne(happening: Happening): boolean {
    if ('begin' in happening) return this.#begin(happening)
    const session = this.#session!
    this.#current = happening
    if ('ended' in happening) {
      session.finish()
      return true
    }
    this.#number = Math.max(this.#number, happening.number)
    if ('malformed' in happening) {
      session.malformed(happening.malformed)
      return true
    }
    if (happening.again !== undefined) return this.#again(happening, happening.again)
    const suits = session.take(happening.record)
    if (!suits) this.#isContradicted = true
    return suits
  }

  /** See `Learnable`: records that suit and can be learned in one go. */
  countTogether(happenings: readonly Happening[], from: number, to: number): number {
    let k = from
    for (; k < to; k++) {
      const happening = happenings[k]!
      if (!('record' in happening) || happening.again !== undefined) break
      if (this.#session?.takesTogether(happening.record) !== true) break
    }
    return k - from
  }

  learnTogether(happenings: readonly Happening[]): readonly Outcome[] {
    const came = happenings as readonly RecordCame[]
    const count = this.#session!.takeMany(came.map(({ record }) => record), 0, came.length, (place) => {
      const happening = this.#current = came[place]!
      this.#number = Math.max(this.#number, happening.number)
    })
    return Array.from({ length: count }, () => suited)
  }

  snapshot(): KeptState {
    return {
      setting: this.#setting, session: this.#session?.state ?? null,
      outputs: this.#parts.outputs?.sync() ?? this.#outputs, isContradicted: this.#isContradicted,
      number: this.#number, retried: [...this.#retried],
    }
  }

  /** @throws whatever `check` throws; Error when it was to be learned otherwise. */
  restore({ setting, session, outputs, isContradicted, number, retried }: KeptState): void {
    this.#isContradicted = isContradicted
    this.#number = number
    this.#retried = [...retried]
    this.#outputs = outputs
    if (setting === null || session === null) {
      this.#session = this.#setting = null
      return
    }
    this.#parts.check?.(setting)
    if (this.#parts.revise !== undefined) {
      throw new Error('the log does not reach back to the beginning, so nothing can be learned otherwise.')
    }
    this.#setting = setting
    this.#session = this.#make(setting, session.classes)
    this.#session.restore(session)
    this.#openOutputs(outputs)
  }

  #begin({ begin, warm }: Begin): boolean {
    this.#parts.check?.(begin)
    const setting = this.#parts.revise?.(begin) ?? begin
    this.#setting = setting
    this.#session = this.#make(setting, setting.classes)
    if (warm !== null) startWarm(this.#session, warm)
    this.#isContradicted = false
    this.#number = 0
    this.#retried = []
    this.#parts.notes?.()?.begin()
    this.#openOutputs(null)
    return true
  }

  #openOutputs(state: OutputsState | null): void {
    const session = this.#session!
    if (!this.#isSilent) this.#parts.outputs?.open(session.plan, () => session.labels.classes, state)
  }

  #make(setting: Setting, classes: readonly string[]): Session {
    const { time, delay, mayNest } = setting
    return new Session({ plan: planOf(setting, classes), time, delay, mayNest, witness: this.#witness() })
  }

  #again({ number, record }: RecordCame, code: string): boolean {
    this.#session!.tally.readmit(code)
    this.#isRefused = false
    this.#session!.take(record)
    if (!this.#isRefused) this.#retried.push(number)
    return true
  }

  #witness(): Witness {
    const { outputs } = this.#parts
    return {
      ...(outputs?.hasPredictions === true
        ? { predicted: (_, answer, label) => this.#predicted(outputs, answer, label) } : {}),
      malformed: (malformed) => {
        if (this.#speaks) outputs?.malformed(malformed)
        const { code, reason, raw, length } = malformed
        const number = this.#number
        this.#parts.notes?.()?.add({
          number, name: String(number), code, path: '$', reason, node: 'source', phase: 'input', bytes: raw,
          isText: true, length,
        })
      },
      refused: (refused, event) => {
        const number = this.#numberOf(refused)
        if (this.#speaks) outputs?.refused({ ...refused, record: number }, event)
        this.#noteRefused(refused, number, event)
      },
    }
  }

  #predicted(outputs: Outputs, answer: Answer, label: unknown): void {
    // Its number in the source; the session counts as if what was taken back had never come.
    if (this.#speaks) outputs.predicted(this.#number, answer, label)
  }

  /** A record that comes again had its line when it came first. */
  get #speaks(): boolean {
    const current = this.#current
    return !this.#isSilent && !(current !== null && 'again' in current && current.again !== undefined)
  }

  #numberOf({ record }: Refused): number {
    if (record !== this.#session!.tally.received) return record
    return this.#current !== null && 'number' in this.#current ? this.#current.number : this.#number
  }

  #noteRefused({ code, path, reason, node, phase }: Refused, number: number, event: SourceRecord): void {
    // A record whose label came later is refused while another one is in hand.
    const current = this.#current
    const came = current !== null && 'record' in current && current.number === number ? current : null
    if (came !== null) this.#isRefused = true
    const whole = came?.record ?? event
    this.#parts.notes?.()?.add({
      number, name: nameOf({ number, record: whole }, this.#setting!.id), code, path, reason, node: node ?? 'record',
      phase: phase ?? 'input', ...bytesOfRecord(whole),
    })
  }
}
