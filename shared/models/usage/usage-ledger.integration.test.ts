import { expect, test } from 'bun:test'
import { resolve } from 'node:path'
import { silentLogger } from '#shared/logging/logger.ts'
import { modelChunk, modelWords, startModelServer } from '#shared/testing/model-server.ts'
import { temporaryDatabase } from '#shared/testing/temporary-database.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import { modelContext, readUsage } from '../fixtures/model-context.ts'
import type { UsageEntry } from './usage-entry.ts'
import { createUsageLedger, LEDGER_LIMITS } from './usage-ledger.ts'
import { createUsageRepository } from './usage-repository.ts'

const entry = (changes: Partial<UsageEntry> = {}): UsageEntry => ({
  ...{ appId: 'a', model: 'm', currency: 'USD', promptTokens: 10, completionTokens: 5 },
  ...{ estimated: false, costNano: 100, broken: false },
  ...changes,
})

/** A process that asks the model until it is killed; `count` tells how often it has said a word. */
const startProcess = (databaseUrl: string, model: string, parallel: number) => {
  const child = Bun.spawn(
    [process.execPath, resolve(import.meta.dir, '../fixtures/usage-process.ts'), databaseUrl, model, String(parallel)],
    { stdout: 'pipe', stderr: 'inherit' },
  )
  let said = ''
  const reading = (async () => {
    for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) said += chunk
  })()
  return {
    count: (word: string) => said.split(`${word}\n`).length - 1,
    async kill() {
      child.kill('SIGKILL')
      await child.exited
      await reading
    },
  }
}

test('a process that is killed in the middle of its work has every call on the books whose end was seen', async () => {
  await using server = startModelServer(() => modelWords('four', 'four'))
  await using context = await modelContext()
  await context.save({ name: 'm', url: server.url })
  const worker = startProcess(context.postgres.url, 'm', 16)
  await waitFor(() => worker.count('ended') > 500, { what: 'some calls', timeoutMs: 45_000 })
  await worker.kill()
  const [row] = await context.usage()
  expect(row?.calls).toBeGreaterThanOrEqual(worker.count('ended'))
  expect(row?.calls).toBeLessThanOrEqual(worker.count('begun'))
  expect(row?.completion).toBe(Number(row?.calls) * 2)
})

test('a call whose process is killed in the middle of an answer is counted as far as it was noted, once', async () => {
  await using server = startModelServer(() => {
    const words = new ReadableStream({
      async pull(controller) {
        await Bun.sleep(5)
        controller.enqueue(`data: ${JSON.stringify(modelChunk({ content: 'four' }))}\n\n`)
      },
    })
    return new Response(words, { headers: { 'content-type': 'text/event-stream' } })
  })
  await using context = await modelContext()
  const price = { promptPerMillion: 1, completionPerMillion: 1, currency: 'EUR' }
  await context.save({ name: 'slow', url: server.url, price })
  const worker = startProcess(context.postgres.url, 'slow', 2)
  const noted = async () => {
    const [row] = await context.postgres.client<{ tokens: number }[]>`
      select (open->0->>'completionTokens')::int as tokens from model_usage_writers where open <> '[]'`
    return row?.tokens ?? 0
  }
  await waitFor(async () => (await noted()) > 20, { what: 'a note of the open calls', timeoutMs: 45_000 })
  await worker.kill()
  expect(await context.usage()).toEqual([])

  const completion = await noted()
  const limits = { ...LEDGER_LIMITS, silentMs: 100, sweepMs: 30 }
  const usage = createUsageRepository(context.postgres.database)
  const survivors = [1, 2].map(() => createUsageLedger({ usage, logger: silentLogger, limits }))
  await waitFor(async () => (await context.usage()).length > 0, { what: 'the calls of the dead process' })
  for (const survivor of survivors) await survivor.close()
  expect(completion).toBeLessThanOrEqual(worker.count('word'))
  expect(await context.usage()).toMatchObject([
    { app_id: 'a', model: 'slow', currency: 'EUR', calls: 2, broken: 2, estimated: 2, completion },
  ])
})

test('a write whose answer was lost is repeated and counts once', async () => {
  await using postgres = await temporaryDatabase()
  const usage = createUsageRepository(postgres.database)
  let writes = 0
  const forgetful = {
    ...usage,
    async store(flush: Parameters<typeof usage.store>[0]) {
      writes += 1
      await usage.store(flush)
      if (writes % 2 === 1) throw new Error('connection lost')
    },
  }
  const ledger = createUsageLedger({ usage: forgetful, logger: silentLogger, limits: { ...LEDGER_LIMITS, retryMs: 1 } })
  for (let count = 0; count < 5; count += 1) await ledger.open(() => entry()).end(entry())
  await ledger.close()
  expect(writes).toBe(10)
  expect(await readUsage(postgres.client)).toMatchObject([{ calls: 5, prompt: 50, completion: 25, cost: 500 }])
})

test('a thousand calls that end together are a handful of writes', async () => {
  await using postgres = await temporaryDatabase()
  const usage = createUsageRepository(postgres.database)
  let writes = 0
  const counting = {
    ...usage,
    store(flush: Parameters<typeof usage.store>[0]) {
      writes += 1
      return usage.store(flush)
    },
  }
  const ledger = createUsageLedger({ usage: counting, logger: silentLogger })
  const end = async (index: number) => {
    await Bun.sleep(index % 10)
    await ledger.open(() => entry()).end(entry({ appId: `app-${index % 7}` }))
  }
  await Promise.all(Array.from({ length: 1_000 }, (_, index) => end(index)))
  await ledger.close()
  const rows = await readUsage(postgres.client)
  expect(rows.reduce((sum, { calls }) => sum + Number(calls), 0)).toBe(1_000)
  expect(rows).toHaveLength(7)
  expect(writes).toBeLessThan(30)
})

test('processes that count the same apps and models at once lose nothing and do not block each other', async () => {
  await using postgres = await temporaryDatabase({ poolSize: 8 })
  const usage = createUsageRepository(postgres.database)
  const ledgers = [1, 2, 3, 4].map(() => createUsageLedger({ usage, logger: silentLogger }))
  const count = async (index: number) => {
    const ledger = ledgers[index % ledgers.length]
    await ledger?.open(() => entry()).end(entry({ appId: `app-${index % 3}`, model: `m-${(index * 7) % 5}` }))
  }
  for (let round = 0; round < 20; round += 1) await Promise.all(Array.from({ length: 40 }, (_, index) => count(index)))
  for (const ledger of ledgers) await ledger.close()
  const rows = await readUsage(postgres.client)
  expect(rows.reduce((sum, { calls }) => sum + Number(calls), 0)).toBe(800)
})

test('whoever waits for what ended waits for no call that ends later, however busy the process is', async () => {
  let writes = 0
  const slow = {
    store: async () => {
      await Bun.sleep(2)
      writes += 1
    },
    touch: async () => undefined,
    sweep: async () => undefined,
    forgetOld: async () => undefined,
  }
  const ledger = createUsageLedger({ usage: slow, logger: silentLogger })
  let isBusy = true
  const caller = async () => {
    while (isBusy) await ledger.open(() => entry()).end(entry())
  }
  // Between two of them there is always one that has just ended.
  const callers = Array.from({ length: 8 }, async (_, index) => {
    await Bun.sleep(index)
    await caller()
  })
  await waitFor(() => writes > 10, { what: 'some writes' })
  const before = writes
  await ledger.settled()
  expect(writes - before).toBeLessThanOrEqual(3)
  isBusy = false
  await Promise.all(callers)
  await ledger.close()
})

test('hours of years ago are forgotten, those of last year are not', async () => {
  await using postgres = await temporaryDatabase()
  const usage = createUsageRepository(postgres.database)
  await postgres.client`
    insert into model_usage (hour, app_id, model, currency, calls)
    values (now() - interval '401 days', 'a', 'old', '', 1), (now() - interval '399 days', 'a', 'kept', '', 1)`
  const ledger = createUsageLedger({ usage, logger: silentLogger, limits: { ...LEDGER_LIMITS, sweepMs: 20 } })
  await waitFor(async () => (await readUsage(postgres.client)).length === 1, { what: 'the old hour to be forgotten' })
  expect(await readUsage(postgres.client)).toMatchObject([{ model: 'kept' }])
  await ledger.close()
})

test('what callers and providers make up can be stored', async () => {
  await using postgres = await temporaryDatabase()
  const ledger = createUsageLedger({ usage: createUsageRepository(postgres.database), logger: silentLogger })
  const odd = entry({
    appId: 'a\0\ud800b',
    promptTokens: Number.NaN,
    completionTokens: -5,
    costNano: Number.POSITIVE_INFINITY,
  })
  await ledger.open(() => odd).end(odd)
  await ledger.close()
  expect(await readUsage(postgres.client)).toMatchObject([{ app_id: 'a\ufffdb', calls: 1, prompt: 0, completion: 0 }])
})

test('the end of an answer does not wait for a database that is away, and is counted when it is back', async () => {
  await using postgres = await temporaryDatabase()
  const usage = createUsageRepository(postgres.database)
  let isAway = true
  const away = {
    ...usage,
    store: (flush: Parameters<typeof usage.store>[0]) =>
      isAway ? Promise.reject(new Error('away')) : usage.store(flush),
  }
  const limits = { ...LEDGER_LIMITS, waitMsMax: 20, retryMs: 5 }
  const ledger = createUsageLedger({ usage: away, logger: silentLogger, limits })
  await ledger.open(() => entry()).end(entry())
  await ledger.open(() => entry()).end(entry())
  expect(await readUsage(postgres.client)).toEqual([])
  isAway = false
  await waitFor(async () => (await readUsage(postgres.client))[0]?.calls === 2, { what: 'both calls' })
  await ledger.close()
})
