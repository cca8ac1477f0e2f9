import { afterEach, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig } from '#shared/config/load-config.ts'
import { SETTINGS } from '#shared/config/settings.ts'
import { createHandedListeners } from './handed-listeners.ts'
import { closeSocket, listeningPlaceOf, openListeningSocket } from './listening-socket.ts'
import { takeListeningSockets } from './take-descriptors.ts'

const cleanups: (() => void)[] = []
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup()
})

const scratch = () => {
  const directory = mkdtempSync(join(tmpdir(), 'listeners-'))
  cleanups.push(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}
const open = (...args: Parameters<typeof openListeningSocket>) => {
  const fd = openListeningSocket(...args)
  cleanups.push(() => closeSocket(fd))
  return fd
}
const portOf = (fd: number) => (listeningPlaceOf(fd) as { port: number }).port
const settingsFor = (port: number) => ({ ...loadConfig(SETTINGS, { ORRERY_SERVICE_PORTS: 'off' }), PORT: port })
const keep = (directory: string) => {
  const listeners = createHandedListeners(join(directory, 'gateway.sock'))
  cleanups.push(() => listeners.close())
  return listeners
}

test.each(['127.0.0.1', '::1'])('a socket on %s listens although nobody accepts, and says where', async (address) => {
  const fd = open({ address, port: 0 }, { shared: false })
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const socket = await Bun.connect({
    hostname: address,
    port: portOf(fd),
    socket: { open: () => resolve(true), data() {} },
  })
  expect(await promise).toBe(true)
  socket.end()
})

test('a taken port is told as such, and two sockets share one only when both say so', () => {
  const port = portOf(open({ address: '127.0.0.1', port: 0 }, { shared: true }))
  expect(() => openListeningSocket({ address: '127.0.0.1', port }, { shared: false })).toThrow(
    expect.objectContaining({ code: 'EADDRINUSE' }),
  )
  expect(portOf(open({ address: '127.0.0.1', port }, { shared: true }))).toBe(port)
})

test('the sockets on which another process listens can be copied, with what waits in them', async () => {
  const path = join(scratch(), 'a.sock')
  const child = Bun.spawn(
    [process.execPath, '-e', `Bun.listen({unix: ${JSON.stringify(path)}, socket: {data() {}}}); console.log('up')`],
    { stdout: 'pipe' },
  )
  cleanups.push(() => child.kill())
  await child.stdout.getReader().read()
  const taken = takeListeningSockets(child.pid)
  for (const { fd } of taken) cleanups.push(() => closeSocket(fd))
  expect(taken.map(({ place }) => place)).toEqual([{ path }])
})

test('settings that have not changed open nothing anew; a taken main port changes nothing and names the holder', async () => {
  const listeners = keep(scratch())
  const own = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
  cleanups.push(() => own.stop(true))
  const first = portOf(open({ address: '127.0.0.1', port: 0 }, { shared: false }))
  cleanups.pop()?.() // free again, for the listeners
  await listeners.open(settingsFor(first), [])
  const before = listeners.current()
  await listeners.open(settingsFor(first), [])
  expect(listeners.current()).toBe(before)
  await expect(listeners.open(settingsFor(own.port), [])).rejects.toMatchObject({
    code: 'SUPERVISOR_PORT_TAKEN',
    message: expect.stringContaining(String(process.pid)),
  })
  expect(listeners.current()).toBe(before)
})

test('a port that our own gateway holds is shared with it, where its sockets cannot be copied', async () => {
  const directory = scratch()
  const first = open({ address: '127.0.0.1', port: 0 }, { shared: true })
  const listeners = keep(directory)
  await listeners.open(settingsFor(portOf(first)), [process.pid])
  expect(listeners.current()?.map(({ door }) => door)).toEqual(['public', 'internal'])
})
