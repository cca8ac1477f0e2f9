import { readParts } from '../orrery-parts.ts'
import { spawnOrrery } from '../spawn-orrery.ts'
import type { SampleFile } from './sample-files.ts'

const APP_ID = 'starter'
const POLL_MS = 50
/** Uploads at once, as a person who drops a folder into a browser makes them. */
const UPLOADS_AT_ONCE = 4

interface Listed {
  documents: { id: string; state: string; chunkCount: number; progress: { pageCount: number }; failure: unknown }[]
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

  return {
    name: 'Orrery',
    url: orrery.url,
    parts: () => readParts(orrery, 'knowledge'),
    stop: orrery.stop,
    /** From the first upload until the last document is searchable, in a base of its own. */
    async ingest(files: readonly SampleFile[]) {
      const base = await ask<{ id: string }>('/api/bases', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'Bench' }),
      })
      const startedMs = performance.now()
      const waiting = [...files]
      const lane = async () => {
        for (let file = waiting.shift(); file; file = waiting.shift()) await upload(base.id, file)
      }
      await Promise.all(Array.from({ length: UPLOADS_AT_ONCE }, lane))
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
  }
}
