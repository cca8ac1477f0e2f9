import { Elysia } from 'elysia'
import type { ConsoleDependencies } from '../dependencies.ts'

const html = { 200: { description: 'HTML', content: { 'text/html': { schema: { type: 'string' as const } } } } }

/** The pages and their files. Open to everyone: they tell nothing of an installation until a key is given. */
export const pageRoutes = ({ serveAsset }: Pick<ConsoleDependencies, 'serveAsset'>) =>
  new Elysia({ tags: ['pages'] })
    .get('/', ({ request }) => serveAsset('/', request.headers), {
      detail: { summary: 'The first page', responses: html },
    })
    .get('/setup', ({ request }) => serveAsset('/setup', request.headers), {
      detail: { summary: 'Make the first administrator', responses: html },
    })
    .get('/sign-in', ({ request }) => serveAsset('/sign-in', request.headers), {
      detail: { summary: 'Sign in, or choose a new password by a link', responses: html },
    })
    .get('/accept-invitation', ({ request }) => serveAsset('/accept-invitation', request.headers), {
      detail: { summary: 'Accept an invitation by its link', responses: html },
    })
    .get('/swagger', ({ request }) => serveAsset('/swagger', request.headers), {
      detail: { summary: 'Every route, to try out', responses: html },
    })
    .get('/assets/*', ({ path, request }) => serveAsset(path, request.headers), { detail: { hide: true } })
    .get('/swagger/*', ({ path, request }) => serveAsset(path, request.headers), { detail: { hide: true } })
    .get('/favicon.svg', ({ path, request }) => serveAsset(path, request.headers), { detail: { hide: true } })
