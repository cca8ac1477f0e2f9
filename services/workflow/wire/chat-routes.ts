import { Elysia } from 'elysia'
import { type Caller, readCaller } from '#shared/http/caller.ts'
import { isSnowflake } from '#shared/ids/snowflake.ts'
import { type WireResult, wireCodes, wireMessage } from '../definition/wire-codes.ts'
import { RunNotFoundError } from '../errors.ts'
import type { FlowStores } from '../flows/flow-stores.ts'
import { resolveDraft, resolveRelease } from '../flows/resolve-flow.ts'
import { refusalFrame } from '../frames/collect-frames.ts'
import { type AcceptRunDependencies, acceptRun } from '../runs/accept-run.ts'
import { answerQuestion, keyOf } from '../runs/answer-question.ts'
import type { ContinueRunDependencies } from '../runs/continue-run.ts'
import { type PrepareRunDependencies, prepareRun } from '../runs/prepare-run.ts'
import { findRun, type ResumeFramesDependencies, streamAnswered } from '../runs/resume-frames.ts'
import { startRun } from '../runs/start-run.ts'
import { collectRun, streamRun } from '../runs/stream-run.ts'
import { ChatRequest, ResumeRequest } from './chat-schemas.ts'
import { CHAT_RESPONSES } from './stream-documentation.ts'
import { requireApp, wireErrorPlugin } from './wire-error-plugin.ts'
import { WireFaultError } from './wire-fault.ts'

export interface ChatRoutesDependencies
  extends ContinueRunDependencies,
    ResumeFramesDependencies,
    AcceptRunDependencies,
    PrepareRunDependencies {
  stores: FlowStores
  nextSid(): string
}

/** Runs of flows over the wire, and the answers to their questions. */
export const chatRoutes = (dependencies: ChatRoutesDependencies, prefix: string) =>
  new Elysia({ prefix, normalize: false, tags: ['workflow wire'] })
    .use(
      wireErrorPlugin({
        operation: 'run',
        fallback: wireCodes.OPEN_API_FAILED,
        logger: dependencies.logger,
        nextSid: dependencies.nextSid,
        body: chatFault,
      }),
    )
    .post('/chat/completions', ({ body, request }) => chat(dependencies, { mode: 'release', body, request }), {
      parse: 'json',
      body: ChatRequest,
      detail: { summary: 'Run a published flow', description: STREAM_DESCRIPTION, responses: CHAT_RESPONSES },
    })
    .post('/debug/chat/completions', ({ body, request }) => chat(dependencies, { mode: 'debug', body, request }), {
      parse: 'json',
      body: ChatRequest,
      detail: {
        summary: 'Run the draft of a flow, with a frame for every node',
        description: STREAM_DESCRIPTION,
        responses: CHAT_RESPONSES,
      },
    })
    .post('/resume', ({ body, request }) => resume(dependencies, { mode: 'release', body, request }), {
      parse: 'json',
      body: ResumeRequest,
      detail: { summary: 'Answer a question that a run waits for', responses: CHAT_RESPONSES },
    })
    .post('/debug/resume', ({ body, request }) => resume(dependencies, { mode: 'debug', body, request }), {
      parse: 'json',
      body: ResumeRequest,
      detail: { summary: 'Answer a question that a debug run waits for', responses: CHAT_RESPONSES },
    })

const STREAM_DESCRIPTION =
  'With `stream: true` (the default) the answer is a stream of server-sent events, one frame each; otherwise one frame with the whole text. ' +
  'The header `x-orrery-run-id` names the run, which goes on when its caller leaves: see `GET /api/runs/{id}`.'

const chat = async (
  dependencies: ChatRoutesDependencies,
  input: { mode: 'release' | 'debug'; body: ChatRequest; request: Request },
): Promise<Response> => {
  const { mode, body, request } = input
  const caller = readCaller(request.headers)
  const appId = requireApp(caller.appId)
  if (!isSnowflake(body.flow_id)) {
    throw new WireFaultError(result(wireCodes.OPEN_API_FAILED, `flow_id ${body.flow_id} is no integer`))
  }
  const { key } = keyOf(request)
  if (mode === 'release' && key !== undefined) return keyedChat(dependencies, { appId, key, body, request })
  const flow = await resolve(dependencies.stores, caller, { appId, mode, flowId: body.flow_id, version: body.version })
  const run = await startRun(dependencies, flow, {
    mode,
    sid: dependencies.nextSid(),
    appId,
    uid: body.uid,
    chatId: body.chat_id,
    parameters: body.parameters,
    history: body.history,
  })
  return body.stream ? streamRun(dependencies, { run }) : collectRun(dependencies, run, request.signal)
}

/**
 * Runs a flow once for its key, however often it is asked for: whoever repeats the request gets the same run, from its first frame on. Its
 * callers are programs that cannot know whether the run began before something died.
 */
const keyedChat = async (
  dependencies: ChatRoutesDependencies,
  asked: { appId: string; key: string; body: ChatRequest; request: Request },
): Promise<Response> => {
  const { appId, key, body, request } = asked
  const { flow_id: flowId, chat_id: chatId, version, uid, parameters, history } = body
  const caller = readCaller(request.headers)
  const run = { mode: 'release' as const, flowId, version, appId, uid, chatId, parameters, history }
  const order = { ...run, caller, mocks: {}, mockBranches: {} }
  const keyed = { appId, key: `chat:${key}`, asked: body }
  const { runId } = await acceptRun(dependencies, () => prepareRun(dependencies, order), keyed)
  const found = await findRun(dependencies, runId)
  if (!found) throw new RunNotFoundError(runId)
  const { run: followed } = found
  return body.stream ? streamRun(dependencies, { run: followed }) : collectRun(dependencies, followed, request.signal)
}

const resolve = (
  stores: FlowStores,
  caller: Caller,
  wanted: { mode: 'release' | 'debug'; flowId: string; appId: string; version: string },
) => (wanted.mode === 'release' ? resolveRelease(stores, wanted) : resolveDraft(stores, caller, wanted))

/** Always a stream: what happens behind the question, up to the end or the next question. */
const resume = async (
  dependencies: ChatRoutesDependencies,
  { mode, body, request }: { mode: 'release' | 'debug'; body: ResumeRequest; request: Request },
): Promise<Response> => {
  const asked = { sid: dependencies.nextSid(), mode }
  const kind = REPLY_KINDS.find((known) => known === body.event_type) ?? 'abort'
  const answer = { eventId: body.event_id, reply: { kind, content: body.content }, asked, ...keyOf(request) }
  const answered = await answerQuestion(dependencies, readCaller(request.headers), answer, request.signal)
  return streamAnswered(dependencies, answered, { ...asked, afterQuestion: body.event_id })
}

/** Another type ends the question like `abort`. */
const REPLY_KINDS = ['resume', 'ignore', 'abort'] as const

const result = (base: WireResult, detail: string): WireResult => ({
  code: base.code,
  message: wireMessage(base, detail),
})

/** Invalid requests get a short body here, all other failures a whole frame. `created` of the former is in milliseconds, as in the original. */
const chatFault = (fault: WireResult, sid: string): object =>
  fault.code === wireCodes.PARAMETER_INVALID.code
    ? { code: fault.code, message: fault.message, id: sid, created: Date.now() }
    : refusalFrame(sid, fault)
