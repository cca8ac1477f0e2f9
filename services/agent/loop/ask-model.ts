import type { ChatDelta, ChatMessage, ChatModel, ChatRequest, TokenUsage, ToolCall } from '#shared/models/chat-model.ts'
import { estimatePromptTokens, tokensOfBytes } from '#shared/models/usage/estimate-tokens.ts'
import { priceCall } from '#shared/models/usage/price-call.ts'
import { createReactStream } from '../react/react-stream.ts'
import { whyMalformed } from '../react/read-react.ts'
import { buildMessages } from './build-messages.ts'
import type { TurnState } from './fold-turn.ts'
import type { AskModel } from './next-step.ts'
import type { ModelAnswered, TurnEvent, TurnStarted } from './turn-events.ts'

export interface Asking {
  started: TurnStarted
  state: TurnState
  step: AskModel
  model: ChatModel
  calling: 'native' | 'react'
  emit(event: TurnEvent): void
  signal: AbortSignal
}

/** Asks the model for one round, goes on with an interrupted answer, and emits what it says. Throws ModelError. */
export const askModel = async (asking: Asking): Promise<void> => {
  const { step, emit } = asking
  const { delivered } = step
  if (delivered.written !== '' || delivered.reasoning !== '') {
    emit({ type: 'continued', round: step.round, deliveredChars: delivered.content.length })
  }
  const messages = buildMessages(asking.started, asking.state, { ...step, calling: asking.calling })
  if (step.withTools && asking.calling === 'react') await askInReact(asking, messages)
  else await askNatively(asking, messages)
}

const toRequest = ({ started, step, signal }: Asking, messages: ChatMessage[]): ChatRequest => {
  const reference = step.withTools ? started.planModel : started.answerModel
  return {
    messages,
    ...reference.parameters,
    ...(step.delivered.written === '' ? {} : { continueFrom: step.delivered.written }),
    appId: started.appId,
    signal,
  }
}

const askNatively = async (asking: Asking, messages: ChatMessage[]): Promise<void> => {
  const { step, started, model, emit } = asking
  const { round, withTools } = step
  const tools = withTools ? { tools: started.tools.map(({ definition }) => definition) } : {}
  const calls: ToolCall[] = []
  for await (const delta of model.stream({ ...toRequest(asking, messages), ...tools })) {
    if (delta.type === 'text') emit({ type: 'model-delta', round, content: delta.text, reasoning: '' })
    else if (delta.type === 'reasoning') emitReasoning(asking, delta.text)
    // A model that was offered none may call nevertheless.
    else if (delta.type === 'tool-call') {
      if (withTools) calls.push(delta.call)
    } else emit({ ...answered(asking, delta), calls })
  }
}

const askInReact = async (asking: Asking, messages: ChatMessage[]): Promise<void> => {
  const { step, model, emit } = asking
  const { round } = step
  const react = createReactStream(step.delivered.written)
  const request = toRequest(asking, messages)
  let written = ''
  let end: Extract<ChatDelta, { type: 'finish' }> | undefined
  for await (const delta of model.stream(request)) {
    if (delta.type === 'reasoning') emitReasoning(asking, delta.text)
    else if (delta.type === 'finish') end = delta
    if (delta.type !== 'text' || delta.text === '') continue
    written += delta.text
    const { shown, enough } = react.add(delta.text)
    const hidden = delta.text.slice(0, delta.text.length - shown.length)
    emit({ type: 'model-delta', round, content: shown, reasoning: '', ...(hidden !== '' && { hidden }) })
    if (enough) break
  }
  // A stream that was left early tells no usage.
  end ??= { type: 'finish', reason: 'stop', usage: estimateUsage(request, written) }
  readTurn(asking, react, end)
}

/** What the whole turn comes to: a call, an answer that was shown already, or one that must be asked for again. */
const readTurn = (
  asking: Asking,
  react: ReturnType<typeof createReactStream>,
  end: Extract<ChatDelta, { type: 'finish' }>,
): void => {
  const { state, step, emit } = asking
  const { round } = step
  const reading = react.end()
  const malformed = whyMalformed(reading)
  if (malformed === undefined) {
    const { thought } = reading.state === 'open' ? { thought: '' } : reading
    const call = reading.state === 'acting' ? toCall(round, reading) : []
    emit({ ...answered(asking, end), calls: call, ...(thought !== '' && { thought }) })
    return
  }
  const wasAskedAgain = state.rounds[round - 1]?.malformed !== undefined
  const plain = plainText(react.text())
  if (!wasAskedAgain || plain === '') {
    emit({ ...answered(asking, end), calls: [], malformed })
    return
  }
  // Asked twice for a form, the model answered twice without: it means this as its answer.
  emit({ type: 'model-delta', round, content: plain, reasoning: '' })
  emit({ ...answered(asking, end), calls: [] })
}

const toCall = (round: number, { name, input = '{}' }: { name: string; input?: string | undefined }): ToolCall[] => [
  { id: `react-${round}`, name, arguments: input },
]

const plainText = (text: string): string => text.replace(/^\s*Thoughts?\s*[:：]/iu, '').trim()

/** What was thought before an interruption was shown already; thinking it again is not shown. */
const emitReasoning = ({ step, emit }: Asking, reasoning: string): void => {
  const { delivered, round } = step
  if (delivered.written === '' && delivered.reasoning === '') {
    emit({ type: 'model-delta', round, content: '', reasoning })
  }
}

const answered = (
  { step, model }: Asking,
  end: Extract<ChatDelta, { type: 'finish' }>,
): Omit<ModelAnswered, 'calls'> => ({
  type: 'model-answered',
  round: step.round,
  model: end.model ?? model.name,
  usage: end.usage,
  ...(model.facts?.price && { costNano: priceCall(model.facts.price, end.usage) }),
})

const estimateUsage = (request: ChatRequest, written: string): TokenUsage => {
  const promptTokens = estimatePromptTokens(request)
  const completionTokens = tokensOfBytes(Buffer.byteLength(written))
  return { promptTokens, completionTokens, totalTokens: promptTokens + completionTokens }
}
