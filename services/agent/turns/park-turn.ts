import type { RunWriter } from '#shared/journal/journal.ts'

/** Key under which a turn waits for a person: whoever decides claims it by this. */
export const turnKey = (runId: string): string => `turn:${runId}`

/**
 * Sets a turn aside as a row: it costs nothing until somebody decides or time decides for him.
 * @param until Unix milliseconds
 */
export const parkTurn = (writer: RunWriter, until: number): Promise<void> =>
  writer.park({ key: turnKey(writer.runId), wakeAt: new Date(until) })
