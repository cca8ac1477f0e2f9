import { afterEach, beforeEach, expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { KnowledgeQuery } from '../engine/flow-services.ts'
import { createKnowledgeClient } from './knowledge-client.ts'

let directory: string
let gateway: { stop(force: boolean): Promise<void> }
let answer: () => Response
let asked: { appId: string | null; caller: string | null }[]
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'knowledge-'))
  asked = []
  gateway = Bun.serve({
    unix: join(directory, 'gateway.sock'),
    fetch(request) {
      const { headers } = request
      asked.push({ appId: headers.get('x-consumer-username'), caller: headers.get('x-orrery-caller') })
      return answer()
    },
  })
})
afterEach(async () => {
  await gateway.stop(true)
  await rm(directory, { recursive: true, force: true })
})

const query = (overrides: Partial<KnowledgeQuery> = {}) =>
  createKnowledgeClient(join(directory, 'gateway.sock'), 'owner').query({
    appId: 'caller',
    query: 'why',
    topN: 3,
    ragType: 'AIUI-RAG2',
    repoIds: ['base'],
    docIds: [],
    flowId: '',
    threshold: 0.1,
    history: [],
    signal: new AbortController().signal,
    ...overrides,
  })
const unavailable = () => Response.json({ detail: 'knowledge has no ready worker.' }, { status: 503 })
const found = () => Response.json({ code: 0, message: 'success', data: { results: [{ content: 'because' }] } })

test('a search reads with the rights of the app that owns the flow', async () => {
  answer = found
  expect(await query()).toEqual([{ content: 'because' }])
  expect(asked).toEqual([{ appId: 'owner', caller: 'app' }])
})

test('a restarting knowledge service costs time, not the run', async () => {
  answer = () => (asked.length < 3 ? unavailable() : found())
  expect(await query()).toEqual([{ content: 'because' }])
  expect(asked).toHaveLength(3)
})

test('a refusal is told with its code and not asked again', async () => {
  answer = () => Response.json({ code: 10003, message: 'no such base', sid: 's' })
  await expect(query()).rejects.toThrow('10003 no such base')
  expect(asked).toHaveLength(1)
})

test('a service that stays away is told with the gateway’s reason', async () => {
  answer = unavailable
  await expect(query()).rejects.toThrow('503 knowledge has no ready worker.')
})

test('an aborted run does not go on asking', async () => {
  const leaving = new AbortController()
  answer = () => {
    leaving.abort(new Error('the worker stops'))
    return unavailable()
  }
  await expect(query({ signal: leaving.signal })).rejects.toThrow('the worker stops')
  expect(asked).toHaveLength(1)
})
