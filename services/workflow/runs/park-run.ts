import type { RunWriter } from '#shared/journal/journal.ts'

/** Key under which a run waits: whoever has an answer for one of its questions claims it by this. */
export const waitKey = (runId: string): string => `run:${runId}`

/**
 * Sets a run aside as a row: it costs nothing until somebody answers or its moment comes.
 * @param wakeAt Unix milliseconds
 */
export const parkRun = (writer: RunWriter, wakeAt: number | undefined): Promise<void> =>
  writer.park({ key: waitKey(writer.runId), ...(wakeAt !== undefined && { wakeAt: new Date(wakeAt) }) })
