import { Elysia } from 'elysia'

const notFound = () => Response.json({ detail: 'Not Found' }, { status: 404 })
const hidden = { detail: { hide: true } }

/** Unknown paths below the wire's prefixes get the original's 404 instead of a problem document. */
export const unknownRoutes = new Elysia()
  .all('/workflow/v1/*', notFound, hidden)
  .all('/sparkflow/v1/*', notFound, hidden)
