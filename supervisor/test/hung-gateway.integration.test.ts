/** A gateway that stands still takes with it what it had accepted, and nothing else. */
import { afterEach, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { waitFor } from '#shared/testing/wait-for.ts'
import { cleanUp, type FixtureOrrery, isRunning, makeDataDirectory, startFixture } from './fixture-orrery.ts'

afterEach(cleanUp)

const CLIENTS = 6
const PAUSE_MS = 20
const ANSWER_MS_MAX = 45_000

/** One request over one new connection, never tried again: `HTTP/1.1 200`, or what went wrong. */
const askOnce = ({ port, dataDirectory }: FixtureOrrery): Promise<string> => {
  const key = readFileSync(join(dataDirectory, 'root-key'), 'utf8').trim()
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    let text = ''
    socket.setTimeout(ANSWER_MS_MAX, () => socket.destroy(new Error('no answer')))
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1')
    })
    socket.on('error', (error) => resolve(error.message))
    socket.on('close', () => resolve(text.slice(0, 'HTTP/1.1 200'.length)))
    socket.write(`GET /agent/v1/x HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\nconnection: close\r\n\r\n`)
  })
}

/** Clients that ask again and again, each time over a new connection. */
const startLoad = (orrery: FixtureOrrery) => {
  const answers: { begunMs: number; answer: string }[] = []
  let stopped = false
  const clients = Array.from({ length: CLIENTS }, async () => {
    while (!stopped) {
      const begunMs = Date.now()
      const answer = await askOnce(orrery)
      answers.push({ begunMs, answer })
      await Bun.sleep(PAUSE_MS)
    }
  })
  return {
    answers,
    async stop() {
      stopped = true
      await Promise.all(clients)
    },
  }
}

const isStopped = (pid: number) => / T /.test(readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\)/, ''))

test('a gateway that was stopped by a signal has a successor before its end, and who comes meanwhile is answered by that one', async () => {
  const orrery = await startFixture({ dataDirectory: makeDataDirectory() })
  const frozen = (await orrery.facts()).gateways[0]?.pid ?? 0
  const load = startLoad(orrery)
  await waitFor(() => load.answers.length > CLIENTS, { what: 'the first answers' })

  process.kill(frozen, 'SIGSTOP')
  await waitFor(() => isStopped(frozen), { what: 'the gateway to stand still' })
  const frozenMs = Date.now()
  await waitFor(() => !isRunning(frozen), { what: 'the frozen gateway to be killed', timeoutMs: 45_000 })
  const later = () => load.answers.filter(({ begunMs }) => begunMs > frozenMs)
  await waitFor(() => later().length >= CLIENTS, { what: 'the next answers', timeoutMs: 45_000 })
  await waitFor(async () => (await orrery.facts()).deaths.length > 0, { what: 'the death' })
  const { deaths, gateways } = await orrery.facts()
  await load.stop()

  const [death] = deaths
  const [successor] = gateways
  expect(deaths).toHaveLength(1)
  expect(death).toMatchObject({ pool: 'gateway', pid: frozen, signal: 'SIGKILL' })
  expect(death?.reason).toContain('stopped')
  expect(successor).toMatchObject({ generation: 2 })
  expect(new Date(successor?.startedAt ?? 0).getTime()).toBeLessThan(new Date(death?.time ?? 0).getTime())
  expect(
    later()
      .map(({ answer }) => answer)
      .filter((answer) => answer !== 'HTTP/1.1 200'),
  ).toEqual([])
}, 120_000)
