import { Elysia } from 'elysia'
import { errorPlugin } from '#shared/http/error-plugin.ts'
import { credentialRoutes } from './credentials/credential-routes.ts'
import type { LinkDependencies } from './dependencies.ts'
import { importRoutes } from './imports/import-routes.ts'
import { mcpRoutes } from './mcp/mcp-routes.ts'
import { mcpWireRoutes } from './mcp/wire/mcp-wire-routes.ts'
import { operationRoutes } from './tools/operation-routes.ts'
import { serverRoutes } from './tools/server-routes.ts'
import { toolRoutes } from './tools/tool-routes.ts'
import { wireRoutes } from './wire/wire-routes.ts'

/** Builds the app without listening, so tests call it in memory. The wire comes first: it answers its failures itself. */
export const createLinkApp = (dependencies: LinkDependencies) =>
  new Elysia({ name: 'link' })
    .use(wireRoutes(dependencies))
    .use(mcpWireRoutes(dependencies))
    .use(errorPlugin(dependencies.logger))
    .use(importRoutes(dependencies))
    .use(toolRoutes(dependencies))
    .use(serverRoutes(dependencies))
    .use(operationRoutes(dependencies))
    .use(credentialRoutes(dependencies))
    .use(mcpRoutes(dependencies))

export type LinkApp = ReturnType<typeof createLinkApp>
