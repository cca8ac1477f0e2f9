import { Elysia } from 'elysia'
import { errorPlugin } from '#shared/http/error-plugin.ts'
import type { LinkDependencies } from './dependencies.ts'
import { toolRoutes } from './tools/tool-routes.ts'

/** Builds the app without listening, so tests call it in memory. The wire comes first: it answers its failures itself. */
export const createLinkApp = (dependencies: LinkDependencies) =>
  new Elysia({ name: 'link' }).use(errorPlugin(dependencies.logger)).use(toolRoutes(dependencies))

export type LinkApp = ReturnType<typeof createLinkApp>
