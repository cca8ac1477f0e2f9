import { readParts } from '../orrery-parts.ts'
import { spawnOrrery } from '../spawn-orrery.ts'
import type { SampleFile } from './sample-files.ts'

const APP_ID = 'starter'
const POLL_MS = 50
/** Uploads at once, as a person who drops a folder into a browser makes them. */
const UPLOADS_AT_ONCE = 4

interface Listed {
  documents: {
    id: string
    name: string
    state: string
    chunkCount: number
    progress: { pageCount: number }
    failure: unknown
  }[]
  nextBeforeId: string | null
}

/** A whole Orrery as it starts without any settings. */
export const startOrrerySubject = async () => {
  const orrery = spawnOrrery({ name: 'bench-ingestion', configuration: '', quiet: true })
  await orrery.ready()
  const headers = { authorization: `Bearer ${orrery.rootKey()}`, 'x-consumer-username': APP_ID }
  const ask = async <Answer>(path: string, init: RequestInit = {}): Promise<Answer> => {
    const response = await fetch(orrery.url + path, { ...init, headers: { ...headers, ...init.headers } })
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return (await response.json()) as Answer
  }

  const upload = async (baseId: string, file: SampleFile) => {
    const form = new FormData()
    form.set('file', new File([file.bytes], file.name))
    await ask(`/api/bases/${baseId}/documents`, { method: 'POST', body: form })
  }

  const createBase = () =>
    ask<{ id: string }>('/api/bases', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Bench' }),
    })

  const uploadAll = async (baseId: string, files: readonly SampleFile[]) => {
    const waiting = [...files]
    const lane = async () => {
      for (let file = waiting.shift(); file; file = waiting.shift()) await upload(baseId, file)
    }
    await Promise.all(Array.from({ length: UPLOADS_AT_ONCE }, lane))
  }

  /** Throws unless the base has as many documents, and each of them ready. */
  const checkAll = async (baseId: string, files: readonly SampleFile[]) => {
    const names = new Set<string>()
    for (let before = ''; ; ) {
      const page = await ask<Listed>(`/api/bases/${baseId}/documents?limit=100${before}`)
      const unready = page.documents.find(({ state, chunkCount }) => state !== 'ready' || chunkCount === 0)
      if (unready) throw new Error(JSON.stringify(unready))
      for (const { name } of page.documents) names.add(name)
      if (page.nextBeforeId === null) break
      before = `&beforeId=${page.nextBeforeId}`
    }
    if (names.size !== files.length) throw new Error(`${names.size} of ${files.length} documents are there`)
  }

  return {
    name: 'Orrery',
    url: orrery.url,
    parts: () => readParts(orrery, 'knowledge'),
    stop: orrery.stop,
    /** From the first upload until the last document is searchable, in a base of its own. */
    async ingest(files: readonly SampleFile[]) {
      const base = await createBase()
      const startedMs = performance.now()
      await uploadAll(base.id, files)
      for (;;) {
        const { documents } = await ask<Listed>(`/api/bases/${base.id}/documents?limit=100`)
        const failed = documents.find(({ state }) => state === 'failed')
        if (failed) throw new Error(JSON.stringify(failed))
        if (documents.length === files.length && documents.every(({ state }) => state === 'ready')) {
          return {
            ms: performance.now() - startedMs,
            pages: documents.reduce((sum, { progress }) => sum + progress.pageCount, 0),
            chunks: documents.reduce((sum, { chunkCount }) => sum + chunkCount, 0),
          }
        }
        await Bun.sleep(POLL_MS)
      }
    },
    /** The same of more files than one list shows. Fails when one of them is not found in the end. */
    async ingestMany(files: readonly SampleFile[]) {
      const base = await createBase()
      const startedMs = performance.now()
      await uploadAll(base.id, files)
      const uploadedMs = performance.now() - startedMs
      while ((await ask<{ ingestions: unknown[] }>('/api/ingestions?limit=1')).ingestions.length > 0) {
        await Bun.sleep(POLL_MS)
      }
      const ms = performance.now() - startedMs
      await checkAll(base.id, files)
      return { ms, uploadedMs }
    },
  }
}
