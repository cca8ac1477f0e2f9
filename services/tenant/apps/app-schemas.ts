import { t } from 'elysia'
import type { AppRow } from '../tables.ts'

const Name = t.String({ minLength: 1, maxLength: 256, examples: ['Help desk'] })
const Description = t.String({ maxLength: 521, examples: ['Answers questions about orders.'] })

export const App = t.Object({
  appId: t.String({ examples: ['680ab54f'] }),
  name: Name,
  description: Description,
  disabled: t.Boolean({ description: 'A disabled app keeps its keys, but they are refused.' }),
  spaceId: t.String({ description: 'Whose members may work with it.', examples: ['default'] }),
  createdAt: t.String({ format: 'date-time' }),
  updatedAt: t.String({ format: 'date-time' }),
})
export type App = typeof App.static

export const CreateApp = t.Object({
  appId: t.Optional(
    t.String({
      pattern: '^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$',
      description: 'Chosen by you: letters, digits, - and _, at most 32. Left out, one is made.',
      examples: ['help-desk'],
    }),
  ),
  name: Name,
  description: t.Optional(Description),
  spaceId: t.Optional(t.String({ maxLength: 64, description: 'The default space when it is left out.' })),
})

export const ChangeApp = t.Partial(
  t.Object({
    name: Name,
    description: Description,
    disabled: t.Boolean(),
    spaceId: t.String({ maxLength: 64, description: 'Moves the app to another space; for administrators.' }),
  }),
  {
    minProperties: 1,
  },
)

export const PAGE_LIMIT_MAX = 200

export const PageQuery = t.Object({
  beforeId: t.Optional(t.String({ description: 'The `nextBeforeId` of the page before.' })),
  limit: t.Integer({ minimum: 1, maximum: PAGE_LIMIT_MAX, default: 50 }),
})

export const AppPage = t.Object({
  apps: t.Array(App),
  nextBeforeId: t.Nullable(t.String(), { description: 'Pass it as `beforeId`; null on the last page.' }),
})

export const AppParams = t.Object({ appId: t.String({ minLength: 1, maxLength: 64 }) })

/** Row to response. Columns stay private until someone names them here. */
export const toApp = (row: AppRow): App => ({
  appId: row.appId,
  name: row.name,
  description: row.description,
  disabled: row.disabled,
  spaceId: row.spaceId,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
})
