import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openJournal } from '#shared/journal/open-journal.ts'
import { silentLogger } from '#shared/logging/logger.ts'
import { createMetricsRegistry } from '#shared/metrics/metrics-registry.ts'
import { createOutboundGuard } from '#shared/outbound/outbound-guard.ts'
import { callApp } from '#shared/testing/call-app.ts'
import { temporaryDatabase } from '#shared/testing/temporary-database.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import { createKnowledgeApp } from '../app.ts'
import { createKnowledgeDependencies } from '../dependencies.ts'
import type { Document } from '../documents/document-schemas.ts'
import { startVectorChanges } from '../embeddings/start-vector-changes.ts'
import { startEvaluationClaimer } from '../evaluation/evaluation-claimer.ts'
import { startIngestionClaimer } from '../ingestion/ingestion-claimer.ts'

export const APP = { 'x-orrery-caller': 'app', 'x-consumer-username': 'acme' }

/** The whole service on a database and data directory of its own, as a worker would host it. */
export const temporaryKnowledge = async (options: { claim?: boolean; evaluate?: boolean } = {}) => {
  const postgres = await temporaryDatabase()
  const dataDirectory = await mkdtemp(join(tmpdir(), 'orrery-knowledge-'))
  const metrics = createMetricsRegistry()
  const journal = await openJournal({ databaseUrl: postgres.url, logger: silentLogger, metrics })
  const draining = new AbortController()
  let nudge: (only?: 'ingestion') => void = () => undefined
  const dependencies = await createKnowledgeDependencies({
    logger: silentLogger,
    metrics,
    database: postgres.database,
    outbound: createOutboundGuard({ allow: '127.0.0.1' }),
    journal: async () => journal,
    dataDirectory,
    instanceKey: '5'.repeat(64),
    nudge: (only) => nudge(only),
  })
  const claimer =
    options.claim === false ? undefined : startIngestionClaimer({ ...dependencies, journal, draining: draining.signal })
  const vectorChanges =
    options.claim === false ? undefined : startVectorChanges({ ...dependencies, draining: draining.signal })
  nudge = (only) => {
    claimer?.nudge()
    if (only) return
    evaluationClaimer?.nudge()
    vectorChanges?.nudge()
  }
  const evaluationClaimer =
    options.claim === false || options.evaluate === false
      ? undefined
      : startEvaluationClaimer({ ...dependencies, journal, draining: draining.signal })
  const app = createKnowledgeApp(dependencies)

  const createBase = async (settings: object = {}): Promise<string> => {
    const response = await callApp(app, 'POST /api/bases', { headers: APP, body: { name: 'Manuals', ...settings } })
    return (response.body as { id: string }).id
  }
  const upload = async (
    baseId: string,
    content: Blob | string,
    { name, headers = APP }: { name: string; headers?: Record<string, string> },
  ) => {
    const form = new FormData()
    form.set('file', new File([content], name))
    const url = `http://app.test/api/bases/${baseId}/documents`
    const response = await app.handle(new Request(url, { method: 'POST', body: form, headers }))
    return { status: response.status, body: (await response.json()) as Document & { code?: string } }
  }
  const settled = (documentId: string): Promise<Document> =>
    waitFor(
      async () => {
        const { body } = await callApp(app, `GET /api/documents/${documentId}`, { headers: APP })
        const document = body as Document
        return document.state === 'ready' || document.state === 'failed' ? document : undefined
      },
      { what: `document ${documentId} to settle`, timeoutMs: 60_000 },
    )
  const wire = async (path: string, body: unknown, headers: Record<string, string> = APP) =>
    (await callApp(app, `POST /knowledge/v1/${path}`, { headers, body })).body as {
      code: number
      message: string
      sid: unknown
      data?: unknown
    }

  return {
    app,
    dependencies,
    dataDirectory,
    databaseUrl: postgres.url,
    createBase,
    upload,
    settled,
    wire,
    search: async (baseId: string, query: string, more: object = {}) => {
      const { body } = await callApp(app, `POST /api/bases/${baseId}/search`, {
        headers: APP,
        body: { query, ...more },
      })
      return body as { count: number; hits: { score: number; content: string; citation: Record<string, unknown> }[] }
    },
    async [Symbol.asyncDispose]() {
      draining.abort()
      await Promise.all([claimer?.stop(), evaluationClaimer?.stop(), vectorChanges?.stop()])
      await dependencies.history.close()
      await dependencies.gate.close()
      await journal.close()
      await postgres[Symbol.asyncDispose]()
      await rm(dataDirectory, { recursive: true, force: true })
    },
  }
}
