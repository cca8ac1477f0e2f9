import { serveMcp } from '#shared/mcp/test/serve-mcp.ts'
import { compilePlan, type Plan } from '../../definition/compile-plan.ts'
import { parseDefinition } from '../../definition/parse-definition.ts'
import type { NodeResumed, NodeWaiting, RunEvent, RunStarted } from '../../engine/run-events.ts'
import { createFrameCollector } from '../../frames/collect-frames.ts'
import { createFrameProjector } from '../../frames/frame-projector.ts'
import type { WireFrame } from '../../frames/wire-frame.ts'
import { openWaits } from '../../runs/open-waits.ts'
import { resumedBy } from '../run-answering.ts'
import { runInMemory, startEvent } from '../run-in-memory.ts'
import type { CaseAnswer, CaseRun, ConformanceCase } from './conformance-case.ts'
import { type CompactProtocol, expandProtocol } from './expand-protocol.ts'
import { createStores, type ServiceScript, scriptedServices, serveScriptedHttp } from './scripted-services.ts'
import { serveScriptedModel } from './serve-scripted-model.ts'

export interface CaseHarness extends AsyncDisposable {
  plan: Plan
  /** Runs a run of the case to its end, or on from a past, and replies to its questions. Returns the new events. */
  run(run: CaseRun, past?: readonly RunEvent[]): Promise<RunEvent[]>
  /** What services were asked by the last `run`. */
  asked: Map<keyof ServiceScript, unknown[]>
}

/** Addresses in protocols that stand for the servers of the case. */
const MODEL = 'http://model.test/v1/chat/completions'
const HTTP = 'http://http.test'
const MCP = 'http://mcp.test/mcp'

/** @param addresses real addresses by the written ones */
export const compileProtocol = (protocol: CompactProtocol, addresses: Record<string, string> = {}): Plan => {
  let text = JSON.stringify(expandProtocol(protocol))
  for (const [written, real] of Object.entries(addresses)) text = text.replaceAll(written, real)
  return compilePlan(parseDefinition(JSON.parse(text)))
}

/** Starts what the case needs and compiles its protocol. */
export const openCase = async (item: ConformanceCase): Promise<CaseHarness> => {
  const { model = [], http = {}, mcp } = item.services ?? {}
  const servers = new AsyncDisposableStack()
  const asked: CaseHarness['asked'] = new Map()
  const note = (service: keyof ServiceScript, call: unknown) => {
    asked.set(service, [...(asked.get(service) ?? []), call])
  }
  const happenings = watchEvents()
  const modelServer = servers.use(serveScriptedModel(model, happenings.happened))
  const httpServer = servers.use(serveScriptedHttp(http, note))
  const mcpServer = servers.use(
    serveMcp({
      tools: [mcp?.tools ?? []],
      call({ name, arguments: values }) {
        note('mcp', { name, arguments: values })
        return mcp?.answers[name] ?? { content: [], isError: true }
      },
    }),
  )
  const addresses = { [MODEL]: modelServer.url, [HTTP]: httpServer.url, [MCP]: mcpServer.url }
  const plan = compileProtocol(item.protocol, addresses)
  const plans = Object.fromEntries(
    Object.entries(item.services?.flows ?? {}).map(([id, protocol]) => [id, compileProtocol(protocol, addresses)]),
  )
  let stores = await createStores(item.services ?? {})
  return {
    plan,
    asked,
    async run(run, past = []) {
      // A run that is continued finds what it kept.
      if (past.length === 0) stores = await createStores(item.services ?? {})
      asked.clear()
      modelServer.reset()
      happenings.begin(past)
      const services = scriptedServices({ script: item.services ?? {}, plans, stores, asked: note })
      const start = startOf(run)
      const events = [...past]
      const emit = (event: RunEvent) => {
        events.push(event)
        happenings.note(event)
      }
      const onEvent = (event: RunEvent) => emit(JSON.parse(JSON.stringify(event)) as RunEvent)
      for (;;) {
        await runInMemory({ plan, start, past: [...events], services, onEvent })
        const reply = nextReply(run, events)
        if (!reply) break
        emit(reply)
      }
      asked.set('model', modelServer.requests)
      return events.slice(past.length)
    },
    [Symbol.asyncDispose]: () => servers.disposeAsync(),
  }
}

export const startOf = (run: CaseRun): RunStarted => ({
  ...startEvent(run.parameters, run.mode),
  history: run.history ?? [],
})

/** The reply to a question that a run rests at; undefined when it asks nothing, or nothing more is written. */
const nextReply = (run: CaseRun, events: readonly RunEvent[]): NodeResumed | undefined => {
  const answer = run.answers?.[answeredQuestions(events).length]
  const waits = [...openWaits(events).values()].filter(({ question }) => question)
  const isOver = events.at(-1)?.type === 'run-failed' || events.at(-1)?.type === 'run-completed'
  return answer && !isOver && waits.length > 0 ? toResumed(answer, waits) : undefined
}

/** Event ids of the questions that were answered; waits for a moment are none. */
const answeredQuestions = (events: readonly RunEvent[]): string[] => {
  const questions = new Set(
    events.flatMap((event) => (event.type === 'node-waiting' && event.question ? [event.eventId] : [])),
  )
  return events.flatMap((event) =>
    event.type === 'node-resumed' && questions.has(event.eventId) ? [event.eventId] : [],
  )
}

const toResumed = (answer: CaseAnswer, waits: readonly NodeWaiting[]): NodeResumed => {
  const wait = answer.to === undefined ? waits[0] : waits.find(({ nodeId }) => nodeId === answer.to)
  if (!wait) throw new Error(`${answer.to} does not wait`)
  return resumedBy(wait, { kind: answer.kind, content: answer.content ?? '' })
}

const watchEvents = () => {
  let seen: RunEvent[] = []
  let waiting: { condition: object; resolve: () => void }[] = []
  const isOf = (event: RunEvent, condition: object) =>
    Object.entries(condition).every(([key, value]) => (event as unknown as Record<string, unknown>)[key] === value)
  return {
    begin(past: readonly RunEvent[]) {
      seen = [...past]
      waiting = []
    },
    note(event: RunEvent) {
      seen.push(event)
      for (const { condition, resolve } of waiting) if (isOf(event, condition)) resolve()
    },
    happened(condition: object): Promise<void> {
      if (seen.some((event) => isOf(event, condition))) return Promise.resolve()
      return new Promise((resolve) => waiting.push({ condition, resolve }))
    },
  }
}

/**
 * The frames that each request of a run gets: the one that started it, then those that answered its questions. By the rule of the wire a request's
 * stream ends with the run or with a question, whose answer gets what comes behind it.
 */
export const framesOfRequests = (plan: Plan, run: CaseRun, events: readonly RunEvent[]): WireFrame[][] => {
  const answered = answeredQuestions(events)
  const all = [startOf(run), ...events]
  const first = framesBehind(plan, run, { events: all, question: undefined })
  return [
    run.stream === false ? [collect(run, first)] : first,
    ...answered.map((question) => framesBehind(plan, run, { events: all, question })),
  ]
}

const framesBehind = (
  plan: Plan,
  { mode }: CaseRun,
  { events, question }: { events: readonly RunEvent[]; question: string | undefined },
): WireFrame[] => {
  const projector = createFrameProjector({ plan, mode, sid: 'sid' })
  const frames: WireFrame[] = []
  const begin = events.findIndex((event) => event.type === 'node-waiting' && event.eventId === question) + 1
  for (const event of events.slice(0, begin)) projector.pass(event)
  for (const event of events.slice(begin)) {
    const frame = projector.project(event)
    if (frame) frames.push(frame)
    if (frame?.event_data) break
  }
  return frames
}

const collect = ({ mode }: CaseRun, frames: readonly WireFrame[]): WireFrame => {
  const collector = createFrameCollector(mode)
  for (const frame of frames) collector.add(frame)
  return collector.result()
}
