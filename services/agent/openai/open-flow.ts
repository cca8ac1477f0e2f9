import type { Caller } from '#shared/http/caller.ts'
import type { GatewayClient } from '../clients/gateway-client.ts'
import { AgentAppMissingError, CompletionInvalidError, FlowUnknownError, SourceError } from '../errors.ts'
import { EVENT_ID_KEY } from './answer-delta.ts'
import { flowDeltas } from './flow-deltas.ts'
import type { OpenedAnswer } from './open-answer.ts'
import type { CompletionBody } from './openai-schemas.ts'
import { toChatRequest } from './read-completion.ts'

export const FLOW_PREFIX = 'flow:'

/** Of a whole run of a flow, in milliseconds; the run itself goes on when nobody reads it any more. */
const RUN_MS_MAX = 1_800_000
/** Decimal text of 63 bits. */
const FLOW_ID = /^\d{1,19}$/
/** A run's id and the number of a question in it. */
const EVENT_ID = /^\d{1,25}$/
/** The workflow wire's limits for what a caller says of its user. */
const UID_CHARS_MAX = 40

/**
 * Begins a run of the published flow that a request names, or answers what such a run asked. The last message is the flow's input, those before
 * its history, the metadata the values of its further inputs. Reading ends when the caller leaves (`signal`); the run goes on. Throws AGENT_… errors.
 */
// biome-ignore lint/complexity/useMaxParams: what it needs, who asks, what, and for how long
export const openFlow = async (
  gateway: GatewayClient,
  caller: Caller,
  body: CompletionBody,
  signal: AbortSignal,
): Promise<OpenedAnswer> => {
  const flowId = body.model.slice(FLOW_PREFIX.length)
  if (!FLOW_ID.test(flowId)) throw new FlowUnknownError(flowId)
  if (caller.appId === undefined) throw new AgentAppMissingError()
  const { messages } = toChatRequest(body)
  const last = messages.at(-1)
  if (last?.role !== 'user') throw new CompletionInvalidError('the last message for a flow must be one of the user')
  if (body.tools?.length) throw new CompletionInvalidError('a flow calls tools of its own, not those of its caller')

  const { [EVENT_ID_KEY]: eventId, ...inputs } = body.metadata ?? {}
  if (eventId !== undefined && !EVENT_ID.test(eventId))
    throw new CompletionInvalidError(`${EVENT_ID_KEY} is no event id`)
  const earlier = messages.slice(0, -1).filter(({ role }) => role === 'user' || role === 'assistant')
  const asked =
    eventId === undefined
      ? {
          path: '/workflow/v1/chat/completions' as const,
          body: {
            flow_id: flowId,
            uid: (body.user ?? '').slice(0, UID_CHARS_MAX),
            stream: true,
            parameters: { ...inputs, AGENT_USER_INPUT: last.content },
            history: earlier.map(({ role, content }) => ({ role, content, content_type: 'text' })),
          },
        }
      : {
          path: '/workflow/v1/resume' as const,
          body: { event_id: eventId, event_type: 'resume', content: last.content },
        }
  const opened = await gateway.open({ ...asked, method: 'POST', appId: caller.appId, msMax: RUN_MS_MAX, signal })
  return {
    runId: opened.runId === '' ? undefined : opened.runId,
    chunksPath: chunksPath(opened.runId, eventId),
    deltas: () => flowDeltas(opened.body),
  }
}

/** The answer of a flow from its beginning, for whoever goes on with a stream that another worker had opened. Throws SourceError. */
export const reopenFlow = async (
  gateway: GatewayClient,
  run: { runId: string; question: string | undefined },
  signal: AbortSignal,
): Promise<OpenedAnswer> => {
  const query = run.question === undefined ? '' : `?question=${run.question}`
  const { body, contentType } = await gateway.open({
    method: 'GET',
    path: `/internal/workflow/runs/${run.runId}/frames${query}`,
    appId: '',
    msMax: RUN_MS_MAX,
    signal,
  })
  if (!contentType.startsWith('text/event-stream')) throw new SourceError('unreadable', 'The run has no frames.')
  return { runId: run.runId, chunksPath: chunksPath(run.runId, run.question), deltas: () => flowDeltas(body) }
}

const chunksPath = (runId: string, question: string | undefined): string | undefined =>
  runId === ''
    ? undefined
    : `/internal/agent/flow-runs/${runId}/chunks${question === undefined ? '' : `?question=${question}`}`
