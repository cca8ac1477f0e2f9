import type { CallLimits } from '../calls/call-limits.ts'
import type { ChatDelta, ChatModel, ChatRequest } from '../chat-model.ts'

/** A mistake that an adapter could make, and a case that must notice it. */
export interface PlantedFault {
  what: string
  noticedBy: string
  plant?: (model: ChatModel) => ChatModel
  limits?: Partial<CallLimits>
}

const changeRequest = (change: (request: ChatRequest) => ChatRequest) => (model: ChatModel) => ({
  name: model.name,
  stream: (request: ChatRequest) => model.stream(change(request)),
})

const changeAnswer =
  (change: (answer: AsyncIterable<ChatDelta>, request: ChatRequest) => AsyncGenerator<ChatDelta>) =>
  (model: ChatModel): ChatModel => ({
    name: model.name,
    stream: (request) => change(model.stream(request), request),
  })

/** Replaces each delta by these. */
const changeDeltas = (change: (delta: ChatDelta) => ChatDelta[]) =>
  changeAnswer(async function* (answer) {
    for await (const delta of answer) yield* change(delta)
  })

export const PLANTED_FAULTS: readonly PlantedFault[] = [
  {
    what: 'usage is counted twice',
    noticedBy: 'an answer arrives in its pieces, and its usage is counted once, at the end',
    plant: changeDeltas((delta) => (delta.type === 'finish' ? [delta, delta] : [delta])),
  },
  {
    what: 'usage is lost',
    noticedBy: 'an answer arrives in its pieces, and its usage is counted once, at the end',
    plant: changeDeltas((delta) =>
      delta.type === 'finish'
        ? [{ ...delta, usage: { promptTokens: 0, completionTokens: 0, totalTokens: 0 } }]
        : [delta],
    ),
  },
  {
    what: 'the answer is handed over only when it is whole',
    noticedBy: 'an error inside an answer keeps what was said and is not tried again',
    plant: changeAnswer(async function* (answer) {
      const all: ChatDelta[] = []
      for await (const delta of answer) all.push(delta)
      yield* all
    }),
  },
  {
    what: 'reasoning is taken for the answer',
    noticedBy: 'reasoning is kept apart from the answer',
    plant: changeDeltas((delta) => (delta.type === 'reasoning' ? [{ type: 'text', text: delta.text }] : [delta])),
  },
  {
    what: 'tool calls are handed over in halves',
    noticedBy: 'a tool call in fragments arrives whole, before the end',
    plant: changeDeltas((delta) =>
      delta.type === 'tool-call'
        ? [{ type: 'tool-call', call: { ...delta.call, arguments: delta.call.arguments.slice(0, 4) } }, delta]
        : [delta],
    ),
  },
  {
    what: 'parallel calls get the arguments of one another',
    noticedBy: 'three tool calls whose fragments interleave do not mix',
    plant: changeAnswer(async function* (answer) {
      let before: string | undefined
      for await (const delta of answer) {
        if (delta.type !== 'tool-call') yield delta
        else {
          yield { type: 'tool-call', call: { ...delta.call, arguments: before ?? delta.call.arguments } }
          before = delta.call.arguments
        }
      }
    }),
  },
  {
    what: 'a broken answer passes for a complete one',
    noticedBy:
      'a connection that is cut in the middle of an answer is an error, and what was said is not asked for again',
    plant: changeAnswer(async function* (answer) {
      const usage = { promptTokens: 0, completionTokens: 0, totalTokens: 0 }
      try {
        yield* answer
      } catch {
        yield { type: 'finish', reason: 'stop', usage }
      }
    }),
  },
  {
    what: 'a length stop passes for a complete answer',
    noticedBy: 'an answer that was cut at its length says so',
    plant: changeDeltas((delta) => (delta.type === 'finish' ? [{ ...delta, reason: 'stop' }] : [delta])),
  },
  {
    what: 'a failed request is never tried again',
    noticedBy: 'a connection that is cut before the first piece is tried again',
    limits: { attemptsMax: 1 },
  },
  {
    what: 'the caller who leaves is not passed on',
    noticedBy: 'a caller that leaves before the first piece ends the call at the provider',
    plant: changeRequest((request) => ({ ...request, signal: new AbortController().signal })),
    // Else it would be noticed only after a minute.
    limits: { firstTokenMsMax: 200 },
  },
  {
    what: 'what was delivered is not told to the model',
    noticedBy: 'nothing is said twice when the model goes on after an interruption',
    plant: changeRequest(({ continueFrom: _, ...request }) => request),
  },
  {
    what: 'pictures are dropped',
    noticedBy: 'a picture reaches the provider beside its text',
    plant: changeRequest((request) => ({
      ...request,
      messages: request.messages.map(({ images: _, ...message }) => message),
    })),
  },
  {
    what: 'results of tools are dropped',
    noticedBy: 'calls and their results go back to the provider, and it answers',
    plant: changeRequest((request) => ({
      ...request,
      messages: request.messages.filter(({ role }) => role !== 'tool'),
    })),
  },
  {
    what: 'the limit of the answer is not sent',
    noticedBy: 'what was asked reaches the provider, with the key in its place',
    plant: changeRequest(({ maxTokens: _, ...request }) => request),
  },
]
