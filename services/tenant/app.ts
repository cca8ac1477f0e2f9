import { Elysia } from 'elysia'
import { errorPlugin } from '#shared/http/error-plugin.ts'
import { appRoutes } from './apps/app-routes.ts'
import type { TenantDependencies } from './dependencies.ts'
import { credentialRoutes } from './keys/credential-routes.ts'
import { keyRoutes } from './keys/key-routes.ts'
import { limitRoutes } from './limits/limit-routes.ts'
import { quotaRoutes } from './limits/quota-routes.ts'
import { peopleRoutes } from './people-routes.ts'
import { pingRoutes } from './wire/ping-routes.ts'
import { wireAppRoutes } from './wire/wire-app-routes.ts'
import { wireKeyRoutes } from './wire/wire-key-routes.ts'

/** Builds the app without listening, so tests call it in memory. The wire comes first: it answers its failures itself. */
export const createTenantApp = (dependencies: TenantDependencies) =>
  new Elysia({ name: 'tenant' })
    .use(pingRoutes(dependencies))
    .use(wireKeyRoutes(dependencies))
    .use(wireAppRoutes(dependencies))
    .use(errorPlugin(dependencies.logger))
    .use(credentialRoutes(dependencies))
    .use(quotaRoutes(dependencies))
    .use(limitRoutes(dependencies))
    .use(keyRoutes(dependencies))
    .use(appRoutes(dependencies))
    .use(peopleRoutes(dependencies))

export type TenantApp = ReturnType<typeof createTenantApp>
