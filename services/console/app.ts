import { Elysia } from 'elysia'
import { errorPlugin } from '#shared/http/error-plugin.ts'
import type { ConsoleDependencies } from './dependencies.ts'
import { openapiRoutes } from './openapi/openapi-routes.ts'
import { pageRoutes } from './pages/page-routes.ts'

/** Builds the app without listening, so tests call it in memory. */
export const createConsoleApp = (dependencies: ConsoleDependencies) =>
  new Elysia({ name: 'console' })
    .use(errorPlugin(dependencies.logger))
    .use(pageRoutes(dependencies))
    .use(openapiRoutes(dependencies))

export type ConsoleApp = ReturnType<typeof createConsoleApp>
