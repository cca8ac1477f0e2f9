import { expect, test } from 'bun:test'
import { DatabaseAwayError } from '#shared/postgres/expected-failure.ts'
import { retryAfterHeader } from './retry-after-header.ts'
import { sendPatiently } from './send-patiently.ts'

const forever = new AbortController().signal
/** In the original's envelopes a refusal is HTTP 200. */
const away = () =>
  Response.json({ code: 14999 }, { headers: retryAfterHeader(new DatabaseAwayError(new Error('lost'))) })

const sender = (...answers: (Response | Error)[]) => {
  let sent = 0
  const send = async () => {
    const answer = answers[Math.min(sent, answers.length - 1)] as Response | Error
    sent += 1
    if (answer instanceof Error) throw answer
    return answer
  }
  return { send, sent: () => sent }
}

test('a request is sent again while the database is away, a service restarts or the gateway is not there', async () => {
  const none = Response.json({}, { status: 503, headers: { 'retry-after': '1' } })
  const { send, sent } = sender(away(), none, new Error('refused'), away(), Response.json({ code: 0 }))
  expect(await (await sendPatiently(send, forever)).json()).toEqual({ code: 0 })
  expect(sent()).toBe(5)
})

test('a refusal for another reason is an answer, also one that names a time to come back', async () => {
  const limited = Response.json({ code: 11200 }, { headers: { 'retry-after': '60' } })
  const { send, sent } = sender(limited)
  expect(await (await sendPatiently(send, forever)).json()).toEqual({ code: 11200 })
  expect(sent()).toBe(1)
})

test('a service that stays away is told with the gateway’s answer', async () => {
  const { send } = sender(Response.json({ detail: 'no worker' }, { status: 503 }))
  expect((await sendPatiently(send, forever)).status).toBe(503)
}, 10_000)

test('whoever leaves does not go on waiting for the database', async () => {
  const leaving = new AbortController()
  const send = async () => {
    leaving.abort(new Error('the worker stops'))
    return away()
  }
  await expect(sendPatiently(send, leaving.signal)).rejects.toThrow('The operation was aborted')
})
