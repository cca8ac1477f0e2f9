import { followRunEvents, type RunEvent } from './follow-run-events.ts'
import { readEventStream } from './read-event-stream.ts'
import { type CallOptions, queryOf, type Transport } from './transport.ts'

export interface RunSummary {
  id: string
  kind: string
  subjectId: string
  appId: string
  state: 'ready' | 'running' | 'waiting' | 'failed' | 'completed' | 'cancelled'
  createdAt: string
  finishedAt: string | null
}

export interface Run extends RunSummary {
  result: { content: string; reasoning: string }
  error: { code: number; message: string } | null
  [field: string]: unknown
}

export type { RunEvent }

export interface RunClient {
  /** Newest first. `nextBeforeId` is null on the last page. */
  list(
    page?: { beforeId?: string; kind?: string; limit?: number },
    options?: CallOptions,
  ): Promise<{ runs: RunSummary[]; nextBeforeId: string | null }>
  get(runId: string, options?: CallOptions): Promise<Run>
  /**
   * Every event of a run after `after`, from the past and as it happens, until the run has ended. When the connection is lost it connects
   * again and goes on where it was: no event is missing, none comes twice.
   */
  events(runId: string, options?: CallOptions & { after?: number }): AsyncGenerator<RunEvent>
}

const ENDED = new Set<RunSummary['state']>(['failed', 'completed', 'cancelled'])
export const createRunClient = (transport: Transport): RunClient => {
  const get = (runId: string, options: CallOptions = {}) => transport.json<Run>(pathOf(runId), options)
  return {
    list: (page = {}, options = {}) => transport.json(`/api/runs${queryOf(page)}`, options),
    get,
    events: (runId, options = {}) =>
      followRunEvents(
        {
          hasEnded: async () => ENDED.has((await get(runId, { signal: options.signal })).state),
          connect: (after) => connect(transport, runId, { after, signal: options.signal }),
        },
        { after: options.after ?? -1, signal: options.signal },
      ),
  }
}

/** Events after one number, until the server closes the stream. */
async function* connect(
  transport: Transport,
  runId: string,
  from: { after: number; signal: AbortSignal | undefined },
): AsyncGenerator<RunEvent> {
  const headers: Record<string, string> = from.after < 0 ? {} : { 'last-event-id': String(from.after) }
  const response = await transport.send(`${pathOf(runId)}/events`, { signal: from.signal, headers })
  for await (const { id, event, data } of readEventStream(response, from.signal)) {
    yield { sequence: Number(id), type: event ?? '', event: JSON.parse(data) as Record<string, unknown> }
  }
}

const pathOf = (runId: string) => `/api/runs/${encodeURIComponent(runId)}`
