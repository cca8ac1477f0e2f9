import type { OAuthClientInformationMixed, OAuthTokens } from '@modelcontextprotocol/sdk/shared/auth.js'

/** What is known about our access to one server. All of it is secret. */
export interface OAuthRecord {
  /** Who we are at the authorization server, with its issuer. */
  client?: OAuthClientInformationMixed
  tokens?: OAuthTokens
  /** When the tokens came, milliseconds since 1970. */
  obtainedAt?: number
  /** What the server asked for in vain, for the next sign-in to ask for. */
  wantedScope?: string
}

export interface OAuthStore {
  load(): Promise<OAuthRecord>
  save(record: OAuthRecord): Promise<void>
  /**
   * Runs work that may change the record while no other does, in whatever process: a refresh token may often be used only once, and the second to use it would lose
   * the access for both.
   */
  exclusively<Result>(work: () => Promise<Result>): Promise<Result>
}

/** For one process, and gone with it. */
export const createMemoryStore = (record: OAuthRecord = {}): OAuthStore => {
  let current = record
  let last: Promise<unknown> = Promise.resolve()
  return {
    load: async () => current,
    async save(next) {
      current = next
    },
    exclusively(work) {
      const turn = last.then(work)
      last = turn.catch(() => undefined)
      return turn
    },
  }
}
