import { t } from 'elysia'
import type { BotVersionRow } from '../tables.ts'
import { AppQuery, Which } from './agent-schemas.ts'

export const PublishBody = t.Object(
  { note: t.String({ maxLength: 2_000, default: '', description: 'What is new in this version.' }) },
  { examples: [{ note: 'Answers in rhymes.' }] },
)

export const RollbackBody = t.Object(
  {
    version: t.Integer({ minimum: 1 }),
    draft: t.Boolean({ default: false, description: 'True: the draft becomes that version too.' }),
  },
  { examples: [{ version: 1 }] },
)

export const VersionListQuery = t.Composite([
  AppQuery,
  t.Object({
    before: t.Optional(t.Integer({ minimum: 1, description: 'The last number of the page before.' })),
    limit: t.Integer({ minimum: 1, maximum: 200, default: 50 }),
  }),
])

export const DiffQuery = t.Composite([AppQuery, t.Object({ from: t.Optional(Which), to: t.Optional(Which) })])

export const Version = t.Object(
  { number: t.Integer(), note: t.String(), createdAt: t.String({ format: 'date-time' }) },
  { examples: [{ number: 1, note: 'First version.', createdAt: '2026-01-01T00:00:00.000Z' }] },
)

export const VersionPage = t.Object(
  { versions: t.Array(Version), nextBefore: t.Nullable(t.Integer()) },
  {
    examples: [{ versions: [{ number: 1, note: '', createdAt: '2026-01-01T00:00:00.000Z' }], nextBefore: null }],
  },
)

export const Diff = t.Object(
  {
    from: t.String(),
    to: t.String(),
    differences: t.Array(
      t.Object({
        path: t.String({ description: 'JSON pointer.' }),
        from: t.Optional(t.Any()),
        to: t.Optional(t.Any()),
      }),
    ),
  },
  {
    examples: [
      {
        from: 'published',
        to: 'draft',
        differences: [{ path: '/instruction', from: 'Be kind.', to: 'Be brief.' }],
      },
    ],
  },
)

export const toVersion = ({ number, note, createdAt }: BotVersionRow): typeof Version.static => ({
  number,
  note,
  createdAt: createdAt.toISOString(),
})
