import type { ChatDelta, ChatModel, ChatRequest } from '#shared/models/chat-model.ts'
import { createCallingMemory } from '../loop/calling-memory.ts'
import type { PinnedTool } from '../loop/pinned-tool.ts'
import { type AgentLoopServices, runAgentLoop } from '../loop/run-agent-loop.ts'
import type { TurnEvent, TurnStarted } from '../loop/turn-events.ts'
import { pinBuiltIn } from '../loop/upgrade-turn.ts'
import type { RunTool } from '../toolbox/tool-outcome.ts'
import { createBuiltInToolbox, type Toolbox } from '../toolbox/toolbox.ts'
import { aTurn } from './a-turn.ts'

const usage = { promptTokens: 1, completionTokens: 1, totalTokens: 2 }

/** A model that answers as a test says, and what it was asked. */
export const scripted = (
  answer: (request: ChatRequest, asked: number) => ChatDelta[] | Error,
  fields: Partial<ChatModel> = {},
) => {
  const requests: ChatRequest[] = []
  const model: ChatModel = {
    name: 'scripted',
    ...fields,
    async *stream(request) {
      requests.push(request)
      const deltas = answer(request, requests.length)
      if (deltas instanceof Error) throw deltas
      yield* deltas
    },
  }
  return { model, requests }
}

export const callDelta = (name: string, input: string): ChatDelta => ({
  type: 'tool-call',
  call: { id: `id-${input}`, name, arguments: input },
})
export const text = (content: string): ChatDelta => ({ type: 'text', text: content })
export const finish = (reason: 'stop' | 'tool-calls' = 'stop'): ChatDelta => ({ type: 'finish', reason, usage })

export const textOf = (events: readonly TurnEvent[]) =>
  events.map((event) => (event.type === 'model-delta' ? event.content : '')).join('')

/** A tool with an effect; the toolbox of a test says what it does. */
export const payTool: PinnedTool = {
  definition: { name: 'pay', description: '', parameters: {} },
  hasEffect: true,
  reference: { kind: 'builtin', toolId: 'pay' },
}

export const servicesOf = (model: ChatModel, toolbox: Toolbox = createBuiltInToolbox()): AgentLoopServices => ({
  findModel: async () => model,
  runTool: async (tool, input, context) => {
    const found = tool.reference.kind === 'builtin' ? toolbox.find(tool.reference.toolId) : undefined
    return { text: (await found?.run(input, context)) ?? '', failed: false }
  },
  callingMemory: createCallingMemory(),
})

/** Runs a turn (of the calculator, where the test names none) with a journal of plain arrays. */
export const runLoop = async (options: {
  model: ChatModel
  turn?: TurnStarted
  past?: TurnEvent[]
  toolbox?: Toolbox
  runTool?: RunTool
  onEmit?: (event: TurnEvent) => void
  signal?: AbortSignal
}) => {
  const events: TurnEvent[] = []
  const barriers: number[] = []
  const services = servicesOf(options.model, options.toolbox)
  const end = await runAgentLoop({
    runId: '1',
    started: options.turn ?? aTurn({ tools: pinBuiltIn('calculator') }),
    past: options.past ?? [],
    services: options.runTool ? { ...services, runTool: options.runTool } : services,
    sink: {
      emit(event) {
        events.push(event)
        options.onEmit?.(event)
      },
      durable: async () => void barriers.push(events.length),
    },
    signal: options.signal ?? new AbortController().signal,
  })
  return { events, barriers, end }
}
