import { isAlive, type ProcessIdentity, signalProcess } from '#shared/lifecycle/process-identity.ts'

const GRACE_MS_MAX = 300
const KILL_MS_MAX = 5_000
const POLL_MS = 5

/**
 * Ends processes that are of no use to anybody any more, such as one of an earlier supervisor that does not answer but holds its port. SIGTERM
 * lets those that are idle go quietly; the rest is killed, which loses nothing that was acknowledged.
 */
export const stopProcesses = async (processes: readonly ProcessIdentity[]): Promise<void> => {
  for (const process of processes) signalProcess(process, 'SIGTERM')
  await allGone(processes, GRACE_MS_MAX)
  for (const process of processes) signalProcess(process, 'SIGKILL')
  await allGone(processes, KILL_MS_MAX)
}

const allGone = async (processes: readonly ProcessIdentity[], msMax: number): Promise<void> => {
  const deadline = Date.now() + msMax
  while (processes.some(isAlive) && Date.now() < deadline) await Bun.sleep(POLL_MS)
}
