import { expect, test } from 'bun:test'
import { createSandboxSlots } from './sandbox-slots.ts'

const never = new AbortController().signal

test('no more tasks run at once than there are slots, and the next begins when one ends, even by failing', async () => {
  const slots = createSandboxSlots(1)
  const gate = Promise.withResolvers<void>()
  const begun: string[] = []
  const first = slots.use(never, async () => {
    begun.push('first')
    await gate.promise
    throw new Error('failed')
  })
  const second = slots.use(never, async () => begun.push('second'))
  await Promise.resolve()
  expect(begun).toEqual(['first'])
  gate.resolve()
  await expect(first).rejects.toThrow('failed')
  await second
  expect(begun).toEqual(['first', 'second'])
})

test('one who leaves the queue neither runs nor keeps a slot', async () => {
  const slots = createSandboxSlots(1)
  const gate = Promise.withResolvers<void>()
  const first = slots.use(never, () => gate.promise)
  const cut = new AbortController()
  let hasRun = false
  const left = slots.use(cut.signal, async () => {
    hasRun = true
  })
  const last = slots.use(never, async () => 'last')
  cut.abort(new Error('gone'))
  await expect(left).rejects.toThrow('gone')
  gate.resolve()
  await first
  expect(await last).toBe('last')
  expect(hasRun).toBe(false)
})
