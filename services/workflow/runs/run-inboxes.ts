import type { RunWriter } from '#shared/journal/journal.ts'
import type { DeliverReply } from '../engine/engine-contract.ts'

/** The ways to runs under way in this process, for answers to their questions. */
export interface RunInboxes {
  open(writer: RunWriter, deliver: DeliverReply): void
  close(runId: string): void
  /**
   * Gives an answer to a run under way here; resolves to true when it is on disk. False when the run is not here, or does not wait for it.
   * Rejects when the run was taken over in this moment: whether it got the answer is then known by its events.
   */
  deliver(runId: string, resumed: Parameters<DeliverReply>[0]): Promise<boolean>
}

export const createRunInboxes = (): RunInboxes => {
  const open = new Map<string, { writer: RunWriter; deliver: DeliverReply }>()
  return {
    open: (writer, deliver) => {
      open.set(writer.runId, { writer, deliver })
    },
    close: (runId) => {
      open.delete(runId)
    },
    async deliver(runId, resumed) {
      const inbox = open.get(runId)
      if (!inbox?.deliver(resumed)) return false
      await inbox.writer.durable()
      return true
    },
  }
}
