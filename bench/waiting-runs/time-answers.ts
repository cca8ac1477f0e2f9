import type { AskingFlow } from './asking-flow.ts'

export interface AnswerTimes {
  /** Milliseconds from the request to the first frame, and to the last one. */
  first: number[]
  last: number[]
}

/** Answers questions, so many at once, and times the streams that come back. Throws when one does not show the answer. */
export const timeAnswers = async (
  flow: AskingFlow,
  eventIds: readonly string[],
  concurrency: number,
): Promise<AnswerTimes> => {
  const left = [...eventIds]
  const times: AnswerTimes = { first: [], last: [] }
  const answerSome = async () => {
    for (let eventId = left.pop(); eventId !== undefined; eventId = left.pop()) {
      const { first, last } = await timeAnswer(flow, eventId)
      times.first.push(first)
      times.last.push(last)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, answerSome))
  return times
}

const timeAnswer = async (flow: AskingFlow, eventId: string): Promise<{ first: number; last: number }> => {
  const startedAt = performance.now()
  const response = await flow.answer(eventId, 'Ada')
  let first = 0
  let text = ''
  for await (const bytes of response.body ?? []) {
    first ||= performance.now() - startedAt
    text += Buffer.from(bytes).toString()
  }
  const last = performance.now() - startedAt
  const shown = [...text.matchAll(/"content":"([^"]*)"/g)].map(([, piece]) => piece).join('')
  if (shown !== 'It is Ada.') throw new Error(`question ${eventId}: ${response.status} ${text}`)
  return { first, last }
}
