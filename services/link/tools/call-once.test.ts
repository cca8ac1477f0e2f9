import { expect, test } from 'bun:test'
import { createCallOnce } from './call-once.ts'
import type { CallAnswer } from './call-operation.ts'

const ANSWER: CallAnswer = { status: 200, contentType: 'application/json', text: '{}' }
const never = new AbortController().signal

const memoryCalls = () => {
  const kept = new Map<string, string>()
  return {
    find: async (hash: string) => kept.get(hash),
    keep: async (hash: string, answer: string) => void kept.set(hash, answer),
    deleteOlderThan: async () => undefined,
  }
}

test('a call whose caller left goes on, and its answer is there when the caller comes back', async () => {
  const callOnce = createCallOnce(memoryCalls())
  const tool = Promise.withResolvers<CallAnswer>()
  let made = 0
  let aborted = false
  const make = (signal: AbortSignal) => {
    made += 1
    signal.addEventListener('abort', () => {
      aborted = true
    })
    return tool.promise
  }
  const leaving = new AbortController()
  const first = callOnce('hash', make, leaving.signal)
  leaving.abort()
  await expect(first).rejects.toMatchObject({ code: 'LINK_CALL_ABANDONED' })
  const back = callOnce('hash', make, never)
  tool.resolve(ANSWER)
  expect(await back).toEqual(ANSWER)
  expect(await callOnce('hash', make, never)).toEqual(ANSWER)
  expect([made, aborted]).toEqual([1, false])
})

test('a call that failed is made again, and one that fails with nobody waiting harms nobody', async () => {
  const callOnce = createCallOnce(memoryCalls())
  const leaving = new AbortController()
  leaving.abort()
  await expect(callOnce('hash', () => Promise.reject(new Error('busy')), leaving.signal)).rejects.toThrow('left')
  await expect(callOnce('other', () => Promise.reject(new Error('busy')), never)).rejects.toThrow('busy')
  expect(await callOnce('other', async () => ANSWER, never)).toEqual(ANSWER)
})
