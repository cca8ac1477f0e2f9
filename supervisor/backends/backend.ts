import type { BackendFacts } from '../pool/supervision.ts'

/** Something that services cannot do without. Started before them, stopped after them, watched in between. */
export interface Backend {
  /** Resolves once it answers. Throws StartError. */
  start(signal: AbortSignal): Promise<void>
  facts(): BackendFacts
  /** Called after each change of `facts().state`. */
  onChange(listener: () => void): void
  stop(): Promise<void>
}

/** The one backend that is always there. */
export interface PostgresBackend extends Backend {
  readonly databaseUrl: string
}
