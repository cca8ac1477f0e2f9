import { storableText } from '#shared/journal/run-writer.ts'
import type { SecretBox } from '#shared/secrets/secret-box.ts'
import {
  type AgentContent,
  type AgentKeys,
  type AgentSettings,
  DEFAULT_SETTINGS,
  NO_KEYS,
} from '../agents/agent-settings.ts'
import type { BotRow } from '../tables.ts'

type StoredContent = Pick<BotRow, 'settings' | 'keysEncrypted'>

/** As a row holds it: the keys sealed, and no character that PostgreSQL cannot store. */
export const toStoredContent = (secrets: SecretBox, { settings, keys }: AgentContent): StoredContent => ({
  settings: storable(settings),
  keysEncrypted: keys.model === '' && keys.answerModel === '' ? '' : secrets.encrypt(JSON.stringify(keys)),
})

/** What a row holds. Settings of older versions get the defaults of fields that came later. */
export const fromStoredContent = (secrets: SecretBox, row: StoredContent): AgentContent => ({
  settings: { ...DEFAULT_SETTINGS, ...row.settings },
  // safe: sealed by toStoredContent, and unreadable when anyone else wrote it
  keys: row.keysEncrypted === '' ? NO_KEYS : (JSON.parse(secrets.decrypt(row.keysEncrypted)) as AgentKeys),
})

const storable = (settings: AgentSettings): AgentSettings =>
  JSON.parse(
    JSON.stringify(settings, (_name, value: unknown) => (typeof value === 'string' ? storableText(value) : value)),
  )
