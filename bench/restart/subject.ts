/** Something whose process is killed, and that answers again some time later. */
export interface Subject {
  name: string
  /** Resolves when it is as it should be, with the process that is to be killed. */
  settled(): Promise<number>
  /** Whether a request that is sent now is answered. */
  answers(): Promise<boolean>
  stop(): Promise<void>
}

/** Clients come at this pace, whatever becomes of those before. */
const REQUEST_EVERY_MS = 2

/** Milliseconds from the kill of its process to the first answer that anybody gets. */
export const measureReturn = async (subject: Subject): Promise<number> => {
  const pid = await subject.settled()
  await Bun.sleep(100 + Math.random() * 100)
  const startedAt = performance.now()
  process.kill(pid, 'SIGKILL')
  const open: Promise<unknown>[] = []
  let returnedMs: number | undefined
  const ask = async () => {
    if (await subject.answers()) returnedMs ??= performance.now() - startedAt
  }
  while (returnedMs === undefined) {
    open.push(ask())
    await Bun.sleep(REQUEST_EVERY_MS)
  }
  await Promise.all(open)
  return returnedMs
}
