import { Elysia } from 'elysia'
import { serverRoutes } from './servers/server-routes.ts'
import { useRoutes } from './servers/use-routes.ts'
import { type SignInRoutesDependencies, signInRoutes } from './sign-in/sign-in-routes.ts'

/** `/api/mcp-servers`. Mount it after the error plugin; the wire's routes are `mcpWireRoutes`, before it. */
export const mcpRoutes = (dependencies: SignInRoutesDependencies) =>
  new Elysia().use(signInRoutes(dependencies)).use(serverRoutes(dependencies)).use(useRoutes(dependencies))
