import type { BackendFacts } from '../pool/supervision.ts'

export interface BackendState {
  facts(): Pick<BackendFacts, 'state' | 'detail'>
  enter(state: BackendFacts['state'], detail?: string): void
  onChange(listener: () => void): void
}

/** The one state field of a backend, and those who want to know when it changes. */
export const createBackendState = (): BackendState => {
  const listeners: (() => void)[] = []
  let state: BackendFacts['state'] = 'starting'
  let detail: string | undefined
  return {
    facts: () => ({ state, ...(detail === undefined ? {} : { detail }) }),
    enter(next, why) {
      const changed = state !== next
      state = next
      detail = why
      if (changed) for (const listener of listeners) listener()
    },
    onChange: (listener) => {
      listeners.push(listener)
    },
  }
}
