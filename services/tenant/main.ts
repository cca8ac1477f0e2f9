import { describeApp } from '#shared/http/describe-app.ts'
import type { StartService } from '#shared/lifecycle/hosted-service.ts'
import { createSecretBox } from '#shared/secrets/secret-box.ts'
import { createTenantApp } from './app.ts'
import { createStarterApp } from './apps/starter-app.ts'
import { createTenantDependencies } from './dependencies.ts'

/** Apps and their keys. Holds nothing in memory, so there is nothing to stop. */
export const start: StartService = async ({ assignment, logger, metrics, database }) => {
  const dependencies = createTenantDependencies({
    logger,
    metrics,
    database,
    secrets: createSecretBox(assignment.instanceKey),
  })
  await createStarterApp(dependencies.apps)
  const app = createTenantApp(dependencies)
  return {
    name: 'tenant',
    handle: (request) => app.handle(request),
    openapi: () => describeApp(app, { title: 'Tenant', description: 'Apps and their keys.' }),
    stop: async () => undefined,
  }
}
