import { t } from 'elysia'
import { AppQuery } from '../agents/agent-schemas.ts'
import type { MemoryRow } from '../tables.ts'
import { MEMORY_CHARS_MAX } from './memory-store.ts'

const example = {
  id: '0190a1b2c3d4e5f60718293a4b5c6d7e',
  appId: 'starter',
  botId: 'starter',
  uid: 'user-1',
  text: 'Prefers short answers.',
  source: 'agent' as const,
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
}

const ID = { minLength: 1, maxLength: 64 }
const Text = t.String({ minLength: 1, maxLength: MEMORY_CHARS_MAX, pattern: '\\S' })

export const MemoryParams = t.Object({ id: t.String({ pattern: '^[0-9a-f]{32}$', examples: [example.id] }) })

export const MemoryScopeQuery = t.Composite([
  AppQuery,
  t.Object({
    botId: t.String({ ...ID, examples: ['starter'] }),
    uid: t.String({ maxLength: 64, examples: ['user-1'] }),
  }),
])

export const MemoryListQuery = t.Composite([
  AppQuery,
  t.Object({
    botId: t.Optional(t.String({ ...ID, examples: ['starter'] })),
    uid: t.Optional(t.String({ maxLength: 64, examples: ['user-1'] })),
    after: t.Optional(t.String({ ...ID, description: 'The last id of the page before.' })),
    limit: t.Integer({ minimum: 1, maximum: 200, default: 50 }),
  }),
])

export const NewMemoryBody = t.Object(
  { botId: t.String(ID), uid: t.String({ maxLength: 64 }), text: Text },
  { examples: [{ botId: example.botId, uid: example.uid, text: example.text }] },
)

export const ChangeMemoryBody = t.Object({ text: Text }, { examples: [{ text: 'Prefers long answers.' }] })

export const Memory = t.Object(
  {
    id: t.String(),
    appId: t.String(),
    botId: t.String(),
    uid: t.String(),
    text: t.String(),
    source: t.Union([t.Literal('agent'), t.Literal('user')], { description: 'Who noted it.' }),
    createdAt: t.String({ format: 'date-time' }),
    updatedAt: t.String({ format: 'date-time' }),
  },
  { examples: [example] },
)

export const MemoryPage = t.Object(
  { memories: t.Array(Memory), nextAfter: t.Nullable(t.String()) },
  { examples: [{ memories: [example], nextAfter: null }] },
)

export const toMemory = ({ terms: _terms, createdAt, updatedAt, ...row }: MemoryRow): typeof Memory.static => ({
  ...row,
  createdAt: createdAt.toISOString(),
  updatedAt: updatedAt.toISOString(),
})
