import type { OAuthRecord, OAuthStore } from '#shared/mcp/oauth/oauth-store.ts'
import type { SecretBox } from '#shared/secrets/secret-box.ts'
import { McpGrantBusyError } from '../errors.ts'
import type { GrantKey, GrantRepository } from './grant-repository.ts'

/** A process that holds the tokens for longer is taken for dead. Longer than a token request may last. */
const LEASE_MS = 60_000
const WAIT_MS_MAX = 65_000
const POLL_MS = 100

/** The tokens of one server for one app, in the database, sealed. One process at a time changes them. */
export const createGrantStore = (
  dependencies: { grants: GrantRepository; secrets: SecretBox },
  key: GrantKey,
): OAuthStore => {
  const { grants, secrets } = dependencies
  return {
    async load() {
      const sealed = await grants.find(key)
      return sealed === undefined ? {} : (JSON.parse(secrets.decrypt(sealed)) as OAuthRecord)
    },
    save: (record) => grants.save(key, secrets.encrypt(JSON.stringify(record))),
    async exclusively(work) {
      const holder = Bun.randomUUIDv7()
      const deadline = Date.now() + WAIT_MS_MAX
      while (!(await grants.lock(key, holder, LEASE_MS))) {
        if (Date.now() > deadline) throw new McpGrantBusyError(key.serverId)
        await Bun.sleep(POLL_MS)
      }
      try {
        return await work()
      } finally {
        await grants.unlock(key, holder)
      }
    },
  }
}
