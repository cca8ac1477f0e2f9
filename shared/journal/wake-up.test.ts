import { expect, test } from 'bun:test'
import { createWakeUp } from './wake-up.ts'

const never = new AbortController().signal

test('a ring before anyone listens is heard, once', async () => {
  const wakeUp = createWakeUp()
  wakeUp.ring()
  wakeUp.ring()
  await wakeUp.wait(never)
  const abort = new AbortController()
  let heard = false
  const second = wakeUp.wait(abort.signal).then(() => {
    heard = true
  })
  await Promise.resolve()
  expect(heard).toBe(false)
  abort.abort()
  await second
})

test('a ring, the time and the signal each end the wait', async () => {
  const wakeUp = createWakeUp()
  await wakeUp.wait(never, 1)
  const waiting = wakeUp.wait(never)
  wakeUp.ring()
  await waiting
  await wakeUp.wait(AbortSignal.abort())
})
