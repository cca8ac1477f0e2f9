import { CallAbandonedError } from '../errors.ts'
import type { CallAnswer } from './call-operation.ts'
import type { CallRepository } from './call-repository.ts'
import { keepAnswer } from './keep-answer.ts'

/**
 * Makes calls that come with a key once: the first one's answer is kept, and given to all others. A call goes on although its caller leaves, because the
 * tool may have done its work already, and the caller comes back for the answer: a flow's run that another worker took over, for one. Throws what the call throws, and CallAbandonedError when the signal
 * aborts before it ends.
 */
export type CallOnce = (
  callHash: string,
  make: (signal: AbortSignal) => Promise<CallAnswer>,
  signal: AbortSignal,
) => Promise<CallAnswer>

export const createCallOnce = (calls: CallRepository): CallOnce => {
  const running = new Map<string, Promise<CallAnswer>>()

  const makeAndKeep = async (callHash: string, make: (signal: AbortSignal) => Promise<CallAnswer>) => {
    const kept = await calls.find(callHash)
    if (kept !== undefined) return JSON.parse(kept) as CallAnswer
    // What fails is not kept: the caller may try again.
    const answer = await make(new AbortController().signal)
    await keepAnswer(calls, callHash, answer)
    return answer
  }

  return (callHash, make, signal) => {
    let call = running.get(callHash)
    if (!call) {
      call = makeAndKeep(callHash, make).finally(() => running.delete(callHash))
      running.set(callHash, call)
      call.catch(() => undefined) // its caller may have left
    }
    return untilAborted(call, signal)
  }
}

const untilAborted = async <Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> => {
  const left = Promise.withResolvers<never>()
  const leave = () => left.reject(new CallAbandonedError())
  if (signal.aborted) leave()
  signal.addEventListener('abort', leave, { once: true })
  try {
    return await Promise.race([work, left.promise])
  } finally {
    signal.removeEventListener('abort', leave)
  }
}
