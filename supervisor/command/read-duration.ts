const UNIT_SECONDS: Record<string, number> = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 }

/** Seconds of `90s`, `15m`, `12h`, `30d` or `2w`; undefined for what is none. Pure. */
export const readDuration = (text: string): number | undefined => {
  const [, count, unit = ''] = /^(\d{1,6})([smhdw])$/.exec(text) ?? []
  return count === undefined ? undefined : Number(count) * (UNIT_SECONDS[unit] ?? 0)
}

/** A moment as ISO text: a time from now, or one that is written out. Undefined for what is neither. */
export const readMoment = (text: string, nowMs: number): string | undefined => {
  const seconds = readDuration(text)
  if (seconds !== undefined) return new Date(nowMs + seconds * 1_000).toISOString()
  if (!/^\d{4}-\d\d-\d\d(T|$)/.test(text)) return undefined
  const moment = Date.parse(text)
  return Number.isNaN(moment) ? undefined : new Date(moment).toISOString()
}
