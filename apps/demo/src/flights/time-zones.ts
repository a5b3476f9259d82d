/** Hours behind universal time in winter -> the states that keep it. */
const statesByHours: Readonly<Record<number, string>> = {
  4: 'PR VI',
  5: 'CT DC DE FL GA IN KY MA MD ME MI NC NH NJ NY OH PA RI SC VA VT WV',
  6: 'AL AR IA IL KS LA MN MO MS ND NE OK SD TN TX WI',
  7: 'AZ CO ID MT NM UT WY',
  8: 'CA NV OR WA',
  9: 'AK',
  10: 'HI',
}

/** Airports that keep other hours than most of their state, or whose state the data set does not know. */
const hoursByAirport: Readonly<Record<string, number>> = {
  CHA: 5, MQT: 5, TRI: 5, TYS: 5, EVV: 6, PNS: 6, VPS: 6, ELP: 7, RAP: 7,
}

const hoursByState = new Map(
  Object.entries(statesByHours).flatMap(([hours, states]) => states.split(' ').map((s) => [s, Number(hours)] as const)),
)

/** Where clocks stayed on winter time in 2001. Indiana stayed too, except for its south-west, on Central time. */
const withoutSummerTime = new Set(['AZ', 'HI', 'PR', 'VI'])

/** Local minute at which summer time began: 1 April 2001, 02:00. The data end before it does. */
export const summerTimeFrom = Date.UTC(2001, 3, 1, 2) / 60_000

/** No airport's clock is less far behind universal time than this, at any time of the year. */
export const leastMinutesBehind = 240

/** How an airport's clock runs. */
export interface Clock {
  /** Minutes behind universal time in winter. */
  readonly minutesBehind: number
  readonly hasSummerTime: boolean
}

/** The clock of an airport, or null when neither the airport nor its state is known. */
export function clockOf(airport: string, state: string): Clock | null {
  const hours = hoursByAirport[airport] ?? hoursByState.get(state)
  if (hours === undefined) return null
  return { minutesBehind: hours * 60, hasSummerTime: !withoutSummerTime.has(state) && !(state === 'IN' && hours === 5) }
}

/** The universal minute of a local one. Exact for the data's first half of 2001; flights never share a wrong hour. */
export function universalMinute(localMinute: number, clock: Clock): number {
  return localMinute + clock.minutesBehind - (clock.hasSummerTime && localMinute >= summerTimeFrom ? 60 : 0)
}
