import { afterEach, expect, test } from 'bun:test'
import { type Logger, silentLogger } from '#shared/logging/logger.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import type { AlertEvent } from './alert-policy.ts'
import { type AlertMessage, type AlertWebhook, createAlertWebhook, WAITING_MAX } from './alert-webhook.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

/** A receiver that answers as told, and what it got. */
const receive = (answer: (count: number) => Response | Promise<Response>) => {
  const messages: AlertMessage[] = []
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      messages.push((await request.json()) as AlertMessage)
      return answer(messages.length)
    },
  })
  closers.push(() => server.stop(true))
  return { messages, url: `http://127.0.0.1:${server.port}/hook` }
}

const createWebhook = (url: string): AlertWebhook & { warnings: string[] } => {
  const warnings: string[] = []
  const logger: Logger = { ...silentLogger, warn: (_, message) => void warnings.push(message) }
  const instance = { url: 'http://127.0.0.1:8080', version: '1.2.3' }
  const webhook = createAlertWebhook({ url, instance, logger, pauseMsMin: 1 })
  closers.push(webhook.stop)
  return { ...webhook, warnings }
}
const event = (kind: AlertEvent['kind'], value = 0.02): AlertEvent => ({
  kind,
  measurement: { alert: 'error-rate', service: 'agent', value, samples: 100 },
  atMs: Date.UTC(2026, 0, 1),
  sinceMs: Date.UTC(2025, 11, 31),
})

test('the receiver learns what fired and that it is over, in this order', async () => {
  const { messages, url } = receive(() => new Response())
  const webhook = createWebhook(url)
  webhook.tell(event('fired'))
  webhook.tell(event('resolved', 0.001))
  await waitFor(() => messages.length === 2, { what: 'both messages' })
  expect(messages[0]).toEqual({
    state: 'fired',
    alert: 'error-rate',
    service: 'agent',
    value: 0.02,
    threshold: 0.01,
    unit: 'share',
    summary: 'agent: the share of requests that fail (5xx) is 2 %; the bound is 1 %',
    at: '2026-01-01T00:00:00.000Z',
    since: '2025-12-31T00:00:00.000Z',
    instance: { url: 'http://127.0.0.1:8080', version: '1.2.3' },
  })
  expect(messages[1]).toMatchObject({ state: 'resolved', value: 0.001 })
})

test('a receiver that fails at first gets the message again', async () => {
  const { messages, url } = receive((count) => new Response('', { status: count < 3 ? 500 : 200 }))
  const webhook = createWebhook(url)
  webhook.tell(event('fired'))
  await waitFor(() => messages.length === 3, { what: 'the third attempt' })
  expect(new Set(messages.map(({ summary }) => summary)).size).toBe(1)
  expect(webhook.warnings).toEqual([])
})

test('a receiver that never answers well is given up, the next message gets its turn', async () => {
  const { messages, url } = receive(() => new Response('', { status: 302, headers: { location: '/elsewhere' } }))
  const webhook = createWebhook(url)
  webhook.tell(event('fired'))
  webhook.tell(event('resolved'))
  await waitFor(() => messages.some(({ state }) => state === 'resolved'), { what: 'the next message' })
  expect(messages.filter(({ state }) => state === 'fired')).toHaveLength(6)
  expect(webhook.warnings[0]).toBe('an alert could not be delivered')
})

test('while the receiver hangs, telling returns at once and what waits is bounded', async () => {
  const { messages, url } = receive(() => new Promise<Response>(() => undefined))
  const webhook = createWebhook(url)
  for (let count = 0; count <= WAITING_MAX + 10; count += 1) webhook.tell(event('fired', count))
  await waitFor(() => messages.length === 1, { what: 'the first message' })
  expect(webhook.warnings).toEqual(Array(10).fill('too many alerts wait; the oldest was dropped'))
})
