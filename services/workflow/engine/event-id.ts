/** So many waits of one run have names. */
const WAITS_MAX = 1_000_000
const ORDINAL_DIGITS = 6

/**
 * Name of a run's wait: the run's id and the number of the wait, as one decimal text. Clients take it as it is; whoever gets it back finds the
 * run by it without looking anything up.
 */
export const toEventId = (runId: string, ordinal: number): string => {
  if (ordinal >= WAITS_MAX) throw new Error(`a run can wait at most ${WAITS_MAX} times`)
  return `${runId}${String(ordinal).padStart(ORDINAL_DIGITS, '0')}`
}

/** The run that a wait belongs to; undefined for a text that names none. */
export const runOfEvent = (eventId: string): string | undefined =>
  /^\d{7,40}$/.test(eventId) ? eventId.slice(0, -ORDINAL_DIGITS) : undefined
