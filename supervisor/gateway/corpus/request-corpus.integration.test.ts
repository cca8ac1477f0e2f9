/**
 * Each case of the corpus over a raw connection to a real gateway, with a worker behind it that reads as strictly as there is: whole, byte by
 * byte, and cut at random. CORPUS_SEED repeats the cuts of a run.
 */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { type HttpMessage, statusOf, valuesOf } from '#shared/testing/http-message-reader.ts'
import { seededRandom } from '#shared/testing/seeded-random.ts'
import { startTestGateway } from '../fixtures/test-gateway.ts'
import { ALL_CASES, CORPUS_BODY_BYTES_MAX } from './all-cases.ts'
import { type Cut, cutBytes } from './fixtures/cut-bytes.ts'
import { openRawClient } from './fixtures/raw-client.ts'
import { type Malformed, startRecordingWorker } from './fixtures/recording-worker.ts'
import { type ExpectedRequest, HOST, head, type RequestCase } from './request-case.ts'

const SEED = Number(process.env.CORPUS_SEED ?? Math.floor(Math.random() * 1e9))
const PROBE = head('GET /assets/probe HTTP/1.1', HOST)

let gateway: ReturnType<typeof startTestGateway>
let worker: Awaited<ReturnType<typeof startRecordingWorker>>

beforeAll(async () => {
  gateway = startTestGateway({ settings: { ORRERY_BODY_BYTES_MAX: CORPUS_BODY_BYTES_MAX } })
  const socketPath = join(gateway.directory, 'recorder.sock')
  worker = await startRecordingWorker(socketPath)
  gateway.route({ console: [{ id: 'recorder', socketPath }] })
})
afterAll(async () => {
  await gateway[Symbol.asyncDispose]()
  await worker[Symbol.asyncDispose]()
})

const runCase = async ({ bytes, answers, after, worker: expected }: RequestCase, cut: Cut, random: () => number) => {
  worker.takeSeen()
  const client = await openRawClient(gateway.gateway.port)
  await client.send(cutBytes(bytes, cut, random))
  if (after === 'leaves') client.destroy()
  await client.answered(answers.length)
  const given = client.answers()
  expect(given.map(statusOf)).toEqual([...answers])
  if (after === 'keeps') {
    await client.send([PROBE])
    await client.answered(answers.length + 1)
    expect(client.answers().slice(answers.length).map(statusOf)).toEqual([200])
  } else {
    await client.closed()
    expect(client.answers()).toHaveLength(answers.length)
    if (after === 'closes') expect(valuesOf(given.at(-1) as HttpMessage, 'connection')).toEqual(['close'])
    await probe()
  }
  client.destroy()
  // The probe is the last that the worker sees; whatever was smuggled came before.
  const seen = worker.takeSeen()
  expect(seen.map(lineOf)).toEqual([...expected.map(({ line }) => line), 'GET /assets/probe'])
  for (const [index, request] of expected.entries()) compare(seen[index] as HttpMessage, request)
  const fromWorker = given.flatMap((answer) => valuesOf(answer, 'x-seen'))
  expect(fromWorker).toEqual(expected.map(({ line }) => line))
}

const probe = async () => {
  const client = await openRawClient(gateway.gateway.port)
  await client.send([PROBE])
  await client.answered(1)
  client.destroy()
}

const lineOf = (seen: HttpMessage | Malformed): string =>
  'malformed' in seen ? seen.malformed : seen.line.replace(/ HTTP\/1\.1$/, '')

const compare = (seen: HttpMessage, { body = '', headers = {} }: ExpectedRequest) => {
  expect(seen.body.toString('latin1')).toBe(body)
  expect(valuesOf(seen, 'host')).toHaveLength(1)
  for (const [name, value] of Object.entries(headers))
    expect([name, ...valuesOf(seen, name)]).toEqual([name, ...(value === null ? [] : [value])])
}

for (const cut of ['whole', 'byte by byte', 'at random'] as const) {
  describe(`sent ${cut}${cut === 'at random' ? `, seed ${SEED}` : ''}:`, () => {
    const random = seededRandom(SEED)
    for (const entry of ALL_CASES) {
      test(
        `${entry.name} (${entry.source}): ${entry.answers.join(', ') || 'no answer'}, ${entry.after}`,
        () => runCase(entry, cut, random),
        20_000,
      )
    }
  })
}

test('the corpus has at least 60 cases, and no name twice', () => {
  expect(ALL_CASES.length).toBeGreaterThanOrEqual(60)
  expect(new Set(ALL_CASES.map(({ name }) => name)).size).toBe(ALL_CASES.length)
})
