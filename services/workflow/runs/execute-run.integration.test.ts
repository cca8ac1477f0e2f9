import { expect, test } from 'bun:test'
import { openJournal } from '#shared/journal/open-journal.ts'
import { takeOverWorker } from '#shared/journal/take-over-worker.ts'
import { silentLogger } from '#shared/logging/logger.ts'
import { createMetricsRegistry } from '#shared/metrics/metrics-registry.ts'
import type { ChatModel } from '#shared/models/chat-model.ts'
import { temporaryDatabase } from '#shared/testing/temporary-database.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import { compilePlan } from '../definition/compile-plan.ts'
import { parseDefinition } from '../definition/parse-definition.ts'
import type { RunStarted } from '../engine/run-events.ts'
import { modelDefinition } from '../fixtures/flow-definitions.ts'
import { testServices } from '../test/run-in-memory.ts'
import { executeRun } from './execute-run.ts'
import { RUN_KIND, toJournalEvent } from './run-event-log.ts'
import { createRunInboxes } from './run-inboxes.ts'
import { createRunMetrics } from './run-metrics.ts'

const start: RunStarted = {
  type: 'run-started',
  flowId: '1',
  version: '',
  mode: 'release',
  sid: 's',
  appId: 'a',
  uid: '',
  chatId: '',
  parameters: { AGENT_USER_INPUT: 'hi' },
  history: [],
}

/** A run that has begun to ask a model which never answers. */
const startSilentRun = async () => {
  const database = await temporaryDatabase()
  const journal = await openJournal({
    databaseUrl: database.url,
    logger: silentLogger,
    metrics: createMetricsRegistry(),
  })
  let asked = false
  const silent: ChatModel = {
    name: 'silent',
    async *stream({ signal }) {
      asked = true
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    },
  }
  const stopping = new AbortController()
  const writer = journal.start({ kind: RUN_KIND, appId: 'a', subjectId: '1', subjectVersion: '' })
  writer.append(toJournalEvent(start))
  const end = executeRun(
    {
      logger: silentLogger,
      metrics: createRunMetrics(createMetricsRegistry()),
      inboxes: createRunInboxes(),
      stopping: stopping.signal,
    },
    {
      writer,
      start,
      past: [],
      plan: compilePlan(parseDefinition(modelDefinition())),
      services: testServices({ models: { byName: async () => silent, inline: async () => silent } }),
    },
  )
  await waitFor(() => asked, { what: 'the model to be asked' })
  return {
    database,
    journal,
    end,
    runId: writer.runId,
    stop: () => stopping.abort(),
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await end
      await journal.close()
      await database[Symbol.asyncDispose]()
    },
  }
}

test('a run that is stopped is given back as ready, with nothing final written', async () => {
  await using run = await startSilentRun()
  run.stop()
  expect(await run.end).toBe('released')
  expect(await run.journal.find(run.runId)).toMatchObject({ state: 'ready', attempts: 0 })
  const types = (await run.journal.read(run.runId, -1)).map(({ event }) => event.type)
  expect(types).not.toContain('run-failed')
  expect(types).not.toContain('run-completed')
})

test('a worker that was taken over leaves its run alone', async () => {
  await using run = await startSilentRun()
  await takeOverWorker(run.database.url, run.journal.workerId)
  run.stop()
  expect(await run.end).toBe('lost')
})

test('a run whose final event was stored but not its state is only finished, not executed again', async () => {
  await using database = await temporaryDatabase()
  const journal = await openJournal({
    databaseUrl: database.url,
    logger: silentLogger,
    metrics: createMetricsRegistry(),
  })
  const writer = journal.start({ kind: RUN_KIND, appId: 'a', subjectId: '1', subjectVersion: '' })
  writer.append(toJournalEvent(start))
  const final = { type: 'run-failed' as const, code: 23300, message: 'gone' }
  writer.append(toJournalEvent(final))
  const end = await executeRun(
    {
      logger: silentLogger,
      metrics: createRunMetrics(createMetricsRegistry()),
      inboxes: createRunInboxes(),
      stopping: new AbortController().signal,
    },
    {
      writer,
      start,
      past: [final],
      plan: compilePlan(parseDefinition(modelDefinition())),
      services: testServices({
        models: {
          byName: () => Promise.reject(new Error('nothing may be executed')),
          inline: () => Promise.reject(new Error('nothing may be executed')),
        },
        knowledge: { query: () => Promise.reject(new Error('nothing may be executed')) },
      }),
    },
  )
  expect(end).toBe('finished')
  expect((await journal.find(writer.runId))?.state).toBe('failed')
  expect(await journal.read(writer.runId, -1)).toHaveLength(2)
  await journal.close()
})
