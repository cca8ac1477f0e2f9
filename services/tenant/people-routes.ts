import { Elysia } from 'elysia'
import { auditRoutes, refusalRoutes } from './audit/audit-routes.ts'
import type { TenantDependencies } from './dependencies.ts'
import { acceptRoutes } from './invitations/accept-routes.ts'
import { invitationRoutes } from './invitations/invitation-routes.ts'
import { memberRoutes } from './members/member-routes.ts'
import { oidcRoutes } from './oidc/oidc-routes.ts'
import { resolveRoutes } from './sessions/resolve-routes.ts'
import { sessionRoutes } from './sessions/session-routes.ts'
import { signInRoutes } from './sessions/sign-in-routes.ts'
import { setupRoutes } from './setup/setup-routes.ts'
import { spaceRoutes } from './spaces/space-routes.ts'
import { meRoutes } from './users/me-routes.ts'
import { userRoutes } from './users/user-routes.ts'

/** All routes about people. */
export const peopleRoutes = (dependencies: TenantDependencies) =>
  new Elysia()
    .use(resolveRoutes(dependencies))
    .use(refusalRoutes(dependencies))
    .use(setupRoutes(dependencies))
    .use(signInRoutes(dependencies))
    .use(oidcRoutes(dependencies))
    .use(acceptRoutes(dependencies))
    .use(sessionRoutes(dependencies))
    .use(meRoutes(dependencies))
    .use(userRoutes(dependencies))
    .use(spaceRoutes(dependencies))
    .use(memberRoutes(dependencies))
    .use(invitationRoutes(dependencies))
    .use(auditRoutes(dependencies))
