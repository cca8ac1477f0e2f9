import { expect, test } from 'bun:test'
import { silentLogger } from '#shared/logging/logger.ts'
import { createMetricsRegistry } from '#shared/metrics/metrics-registry.ts'
import { createOutboundGuard } from '#shared/outbound/outbound-guard.ts'
import { createSecretBox } from '#shared/secrets/secret-box.ts'
import { modelWords, startModelServer } from '#shared/testing/model-server.ts'
import { temporaryDatabase } from '#shared/testing/temporary-database.ts'
import type { ChatModel } from './chat-model.ts'
import { openModelGate } from './gate/open-model-gate.ts'
import { createModelDirectory } from './model-directory.ts'
import { createModelRepository } from './model-repository.ts'

const secrets = createSecretBox('5'.repeat(64))

const say = async (model: ChatModel | undefined): Promise<string> => {
  let text = ''
  const { signal } = new AbortController()
  for await (const delta of model!.stream({ messages: [{ role: 'user', content: 'Hi' }], signal })) {
    if (delta.type === 'text') text += delta.text
  }
  return text
}

const setUp = async () => {
  const postgres = await temporaryDatabase()
  const models = createModelRepository(postgres.database)
  const metrics = createMetricsRegistry()
  const gate = openModelGate({ database: postgres.database, logger: silentLogger, metrics })
  const directory = createModelDirectory({
    models,
    secrets,
    outbound: createOutboundGuard({ allow: '' }),
    rehearsal: { tokenMs: 0 },
    gate,
    logger: silentLogger,
  })
  return {
    postgres,
    models,
    directory,
    metrics,
    async [Symbol.asyncDispose]() {
      await gate.close()
      await postgres[Symbol.asyncDispose]()
    },
  }
}

test('a saved model is asked with its key, wherever it is, and its calls are counted', async () => {
  await using server = startModelServer(() => modelWords('saved'))
  await using context = await setUp()
  const apiKeyEncrypted = secrets.encrypt('k-123')
  await context.models.insert({ name: 'local', provider: 'openai', url: server.url, modelId: 'm9', apiKeyEncrypted })

  expect(await say(await context.directory.byName('local'))).toBe('saved')
  expect(server.requests[0]?.headers.get('authorization')).toBe('Bearer k-123')
  expect(server.requests[0]?.body.model).toBe('m9')
  const calls = context.metrics.snapshot().families.find(({ name }) => name === 'orrery_model_calls_total')
  expect(calls?.series).toEqual([{ labels: { model: 'local', outcome: 'completed' }, value: 1 }])
})

test('the rehearsal is a row like any other; disabled and unknown models are none', async () => {
  await using context = await setUp()
  expect(await context.directory.byName('rehearsal')).toBeUndefined()
  await context.models.insert({ name: 'rehearsal', provider: 'rehearsal', modelId: 'rehearsal' })
  expect(await say(await context.directory.byName('rehearsal'))).toContain('rehearsal model')
  await context.models.update('rehearsal', { enabled: false })
  context.directory.forget()
  expect(await context.directory.byName('rehearsal')).toBeUndefined()
})

test('a key that was sealed with another instance key says so', async () => {
  await using context = await setUp()
  const apiKeyEncrypted = createSecretBox('6'.repeat(64)).encrypt('k')
  await context.models.insert({ name: 'moved', provider: 'openai', url: 'http://x/v1', modelId: 'm', apiKeyEncrypted })
  await expect(context.directory.byName('moved')).rejects.toMatchObject({
    code: 'MODEL_KEY_UNREADABLE',
    remedy: expect.stringContaining('again'),
  })
})

test('an address in a request is refused inside the network, until an administrator saves the same one', async () => {
  await using server = startModelServer(() => modelWords('inline'))
  await using context = await setUp()
  const endpoint = { url: `${server.url}/chat/completions`, modelId: 'm', apiKey: '' }
  await expect(say(await context.directory.inline(endpoint))).rejects.toMatchObject({ code: 'OUTBOUND_REFUSED' })
  expect(server.requests).toHaveLength(0)

  await context.models.insert({ name: 'saved', provider: 'openai', url: server.url, modelId: 'other' })
  context.directory.forget()
  expect(await say(await context.directory.inline(endpoint))).toBe('inline')
  expect(server.requests[0]?.headers.has('authorization')).toBe(false)
})
