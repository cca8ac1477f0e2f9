import { Elysia } from 'elysia'
import type { ConsoleDependencies } from '../dependencies.ts'

const html = { 200: { description: 'HTML', content: { 'text/html': { schema: { type: 'string' as const } } } } }

/** The pages and their files. Open to everyone: they tell nothing of an installation until a key is given. */
export const pageRoutes = ({ serveAsset }: Pick<ConsoleDependencies, 'serveAsset'>) =>
  new Elysia({ tags: ['pages'] })
    .get('/', ({ request }) => serveAsset('/', request.headers), {
      detail: { summary: 'The first page', responses: html },
    })
    .get('/swagger', ({ request }) => serveAsset('/swagger', request.headers), {
      detail: { summary: 'Every route, to try out', responses: html },
    })
    .get('/assets/*', ({ path, request }) => serveAsset(path, request.headers), { detail: { hide: true } })
    .get('/swagger/*', ({ path, request }) => serveAsset(path, request.headers), { detail: { hide: true } })
    .get('/favicon.svg', ({ path, request }) => serveAsset(path, request.headers), { detail: { hide: true } })
