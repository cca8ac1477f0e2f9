import type { OpenApiDocument } from './open-api-document.ts'

/** Anyone may ask for the document, so it is not made anew for each. */
const FRESH_MS = 5_000

export interface ApiDocumentSource {
  /** Collects and merges; tells through `x-orrery-unavailable` what was missing. */
  build(): Promise<OpenApiDocument>
  now(): number
}

/**
 * The merged document, made at most once at a time and kept for a few seconds. An incomplete one is not kept: the next caller looks
 * whether the missing service is back.
 */
export const createApiDocument = (source: ApiDocumentSource): (() => Promise<OpenApiDocument>) => {
  let kept: { document: OpenApiDocument; untilMs: number } | undefined
  let making: Promise<OpenApiDocument> | undefined
  const make = async () => {
    const document = await source.build()
    const missing = document['x-orrery-unavailable']
    const isWhole = Array.isArray(missing) && missing.length === 0
    kept = isWhole ? { document, untilMs: source.now() + FRESH_MS } : undefined
    return document
  }
  return () => {
    if (kept && source.now() < kept.untilMs) return Promise.resolve(kept.document)
    making ??= make().finally(() => {
      making = undefined
    })
    return making
  }
}
