/** The only file of this service that other services may import. Types only. */
export type { KnowledgeApp } from './app.ts'
export type { IngestionEvent } from './ingestion/ingestion-events.ts'
export type { ChunkQuery as KnowledgeQueryRequest } from './wire/wire-models.ts'
