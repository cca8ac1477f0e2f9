import { silentLogger } from '#shared/logging/logger.ts'
import { openSocketDirectly } from '#shared/outbound/open-socket.ts'
import { CALL_LIMITS, type CallLimits } from '../calls/call-limits.ts'
import type { ChatDelta, ChatModel, ChatRequest } from '../chat-model.ts'
import { createProviderModel } from '../create-provider-model.ts'
import type { WireStep } from './wire-script.ts'
import { startWireServer, type WireAnswers } from './wire-server.ts'
import type { WireSpeaker } from './wire-speaker.ts'

/** What a case is run against: the model of a provider, or one with a fault planted to see whether the case notices. */
export interface Subject {
  speaker: WireSpeaker
  plant?: (model: ChatModel) => ChatModel
  /** Limits with which the faulty model is made. */
  plantedLimits?: Partial<CallLimits>
}

/** A promise that every provider keeps. Rejects when it is broken. */
export interface ConformanceCase {
  name: string
  run(subject: Subject): Promise<void>
}

const SECOND_TRY: Partial<CallLimits> = { retryBaseMs: 1, retryMsMax: 2 }

/** Starts a server that plays the provider and makes a model that calls it; asked again without a noticeable pause. */
export const playProvider = async (
  { speaker, plant = (model) => model, plantedLimits }: Subject,
  answers: WireAnswers,
  limits: Partial<CallLimits> = {},
) => {
  const server = await startWireServer(answers, speaker.contentType)
  const scheme = speaker.transport === 'http' ? 'http' : 'ws'
  const model = createProviderModel(speaker.provider, {
    name: 'test',
    url: `${scheme}://127.0.0.1:${server.port}${speaker.path}`,
    modelId: 'm1',
    apiKey: speaker.apiKey,
    parameters: {},
    fetch,
    openSocket: openSocketDirectly,
    logger: silentLogger,
    limits: { ...CALL_LIMITS, ...SECOND_TRY, ...limits, ...plantedLimits },
  })
  return {
    model: plant(model),
    requests: server.requests,
    /** What the provider was asked first. */
    seen() {
      const [first] = server.requests
      if (!first) throw new Error('The provider was not asked.')
      return speaker.readRequest(first)
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

/** Answers every request with these steps, each message sent by itself. */
export const answerWith = (speaker: WireSpeaker, steps: readonly WireStep[]): WireAnswers => ({
  async answer(exchange) {
    for (const message of writeAll(speaker, steps)) await exchange.send(message)
    exchange.end()
  },
})

/** What goes over the wire for these steps. */
export const writeAll = (speaker: WireSpeaker, steps: readonly WireStep[]): string[] => {
  const finish = steps.find((step) => step.type === 'finish')
  const writer = speaker.createWriter(finish?.usage)
  return steps.flatMap((step) => writer.write(step))
}

/** What a caller saw of an answer. */
export interface Heard {
  deltas: ChatDelta[]
  text: string
  reasoning: string
  calls: { id: string; name: string; arguments: string }[]
  finish: Extract<ChatDelta, { type: 'finish' }> | undefined
}

/** Asks and listens to the end. `heard` grows meanwhile and keeps what came before an error. */
export const listen = async (
  model: ChatModel,
  request: Partial<ChatRequest> = {},
  heard: Heard = { deltas: [], text: '', reasoning: '', calls: [], finish: undefined },
): Promise<Heard> => {
  const { signal } = new AbortController()
  for await (const delta of model.stream({ messages: [{ role: 'user', content: 'Hi' }], signal, ...request })) {
    heard.deltas.push(delta)
    if (delta.type === 'text') heard.text += delta.text
    else if (delta.type === 'reasoning') heard.reasoning += delta.text
    else if (delta.type === 'tool-call') heard.calls.push(delta.call)
    else heard.finish = delta
  }
  return heard
}

export const nothingHeard = (): Heard => ({ deltas: [], text: '', reasoning: '', calls: [], finish: undefined })
