import type { Subject } from 'rxjs'
import { Breath, type StopRequest } from '@eddy/terminal'
import type { Flight } from './flight.ts'
import type { Moment } from './moments.ts'

/** The two streams of the simulated world, and what happens around them. */
export interface Stage {
  readonly takeOffs$: Subject<Flight>
  readonly landings$: Subject<Flight>
  /** Called before the flights of a minute are sent. */
  readonly clock: (minute: number) => void
  /** Called now and then, between two flights, while the process breathes. */
  readonly pause: () => void
}

/** Plays moments as two streams, as fast as their subscribers are, until they are over or somebody says stop. */
export async function play(moments: AsyncIterable<Moment>, stage: Stage, stop: StopRequest): Promise<void> {
  const breath = new Breath()
  for await (const { minute, landed, takingOff } of moments) {
    stage.clock(minute)
    for (const [flights, stream$] of [[landed, stage.landings$], [takingOff, stage.takeOffs$]] as const) {
      for (const flight of flights) {
        stream$.next(flight)
        if (!breath.isDue) continue
        await breath.take()
        stage.pause()
        if (stop.isStopped) return
      }
    }
  }
}
