import { afterEach, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig } from '#shared/config/load-config.ts'
import { SETTINGS } from '#shared/config/settings.ts'
import { silentLogger } from '#shared/logging/logger.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import { connectControl } from './control-client.ts'
import { createFrameDecoder, encodeFrame } from './frame-codec.ts'
import type { FromSupervisor, FromWorker } from './worker-messages.ts'

const cleanups: (() => void)[] = []
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup()
})

const listen = async (path: string) => {
  const messages: FromWorker[] = []
  const sockets: Socket[] = []
  const server: Server = createServer((socket) => {
    const decoder = createFrameDecoder()
    sockets.push(socket)
    socket.on('data', (bytes) => messages.push(...(decoder.push(bytes as Buffer) as FromWorker[])))
    socket.on('error', () => undefined)
  })
  await new Promise<void>((resolve) => server.listen(path, resolve))
  const stop = () => {
    server.close()
    for (const socket of sockets) socket.destroy()
  }
  cleanups.push(stop)
  return { messages, sockets, stop, seen: (type: string) => messages.some((message) => message.type === type) }
}

const dial = (controlPath: string) => {
  const received: FromSupervisor[] = []
  const place = { controlPath, adminPath: '/a', gatewayPath: '/g', socketPath: '/s', dataDirectory: '/d' }
  const client = connectControl({
    assignment: {
      ...place,
      ...{ pool: 'agent', services: ['agent'], generation: 3, slot: 1, databaseUrl: 'postgres://x' },
      ...{ instanceKey: '0'.repeat(64), rootKey: 'k'.repeat(16), settings: loadConfig(SETTINGS, {}) },
    },
    role: 'worker',
    logger: silentLogger,
    facts: () => ({ inFlight: 2, streams: 1, journalWorkerId: 7, metrics: { families: [] } }),
    onMessage: (message) => received.push(message),
    onOrphaned: () => undefined,
  })
  cleanups.push(() => void client.bye())
  return { client, received }
}

const scratchSocket = () => {
  const directory = mkdtempSync(join(tmpdir(), 'orrery-control-'))
  cleanups.push(() => rmSync(directory, { recursive: true, force: true }))
  return join(directory, 'control.sock')
}

test('readiness said before the connection stands is not lost, nor is what the supervisor answers', async () => {
  const path = scratchSocket()
  const server = await listen(path)
  const { client, received } = dial(path)
  client.ready(['port 7880 is taken'])
  await waitFor(() => server.seen('ready') && server.seen('heartbeat'), { what: 'ready and a heartbeat' })
  expect(server.messages[0]).toMatchObject({ type: 'hello', pool: 'agent', slot: 1, generation: 3, pid: process.pid })
  expect(server.messages).toContainEqual({ type: 'ready', warnings: ['port 7880 is taken'] })
  expect(server.messages.find((message) => message.type === 'heartbeat')).toMatchObject({
    inFlight: 2,
    journalWorkerId: 7,
  })
  server.sockets[0]?.write(encodeFrame({ type: 'begin' }))
  await waitFor(() => received.length > 0, { what: 'begin' })
  expect(received).toEqual([{ type: 'begin' }])
})

test('a worker that lost its supervisor says to the next one who it is and that it is ready', async () => {
  const path = scratchSocket()
  const first = await listen(path)
  const { client } = dial(path)
  client.ready([])
  await waitFor(() => first.seen('ready'), { what: 'the first supervisor to know' })
  first.stop()
  rmSync(path, { force: true })
  const second = await listen(path)
  await waitFor(() => second.seen('ready'), { what: 'the second supervisor to know' })
  expect(second.messages[0]).toMatchObject({ type: 'hello', ready: true })
})

test('last words arrive, with the last metrics before them', async () => {
  const path = scratchSocket()
  const server = await listen(path)
  const { client } = dial(path)
  await waitFor(() => server.seen('hello'), { what: 'hello' })
  await client.bye()
  await waitFor(() => server.seen('bye'), { what: 'bye' })
  expect(server.messages.slice(-2).map((message) => message.type)).toEqual(['heartbeat', 'bye'])
})
