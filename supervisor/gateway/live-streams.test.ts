import { expect, test } from 'bun:test'
import { KnownKey } from './known-key.ts'
import { createLiveStreams } from './live-streams.ts'

const keyOf = (apiKey: string) =>
  new KnownKey({ appId: 'a', apiKey, actions: new Set(), expiresAtMs: undefined, limits: undefined }, Infinity)

const start = () => {
  const usable = new Set(['good', 'bad'])
  const asked: string[][] = []
  const closed: string[] = []
  let gate: Promise<void> = Promise.resolve()
  const streams = createLiveStreams({
    async listUsable(apiKeys) {
      asked.push(apiKeys)
      const standing = apiKeys.filter((apiKey) => usable.has(apiKey))
      await gate
      return standing
    },
  })
  const open = (name: string, key = keyOf(name)) => {
    const over = streams.add(key, () => {
      closed.push(name)
      over()
    })
    return over
  }
  return { streams, usable, asked, closed, open, hold: (until: Promise<void>) => (gate = until) }
}

test('all streams of a key that ended are closed, and no other', async () => {
  const { streams, usable, closed, open } = start()
  for (const name of ['good', 'bad', 'bad']) open(name)
  await streams.review()
  expect(closed).toEqual([])
  usable.delete('bad')
  await streams.review()
  expect(closed).toEqual(['bad', 'bad'])
  streams.stop()
})

test('nobody is asked when no stream is open', async () => {
  const { streams, asked, open } = start()
  await streams.review()
  open('good')()
  await streams.review()
  expect(asked).toEqual([])
})

test('a review that begins during another one waits for one that saw its change', async () => {
  const { streams, usable, closed, open, hold } = start()
  open('bad')
  const gate = Promise.withResolvers<void>()
  hold(gate.promise)
  const before = streams.review()
  usable.delete('bad')
  const after = streams.review()
  gate.resolve()
  await before
  expect(closed).toEqual([])
  await after
  expect(closed).toEqual(['bad'])
  streams.stop()
})

test('a stream that opens after its key ended is looked at without being asked to', async () => {
  const { streams, usable, closed, open } = start()
  const key = keyOf('bad')
  key.isCurrent = false
  usable.delete('bad')
  open('bad', key)
  await streams.review()
  expect(closed).toEqual(['bad'])
  streams.stop()
})
