import { describeApp } from '#shared/http/describe-app.ts'
import type { StartService } from '#shared/lifecycle/hosted-service.ts'
import { createSecretBox } from '#shared/secrets/secret-box.ts'
import { createTenantApp } from './app.ts'
import { createStarterApp } from './apps/starter-app.ts'
import { createTenantDependencies } from './dependencies.ts'
import { startHousekeeping } from './housekeeping.ts'
import { createPeopleParts } from './people-dependencies.ts'
import { openSetup } from './setup/open-setup.ts'

/** Apps, their keys, and people. */
export const start: StartService = async ({ assignment, logger, metrics, database }) => {
  const dependencies = createTenantDependencies({
    logger,
    metrics,
    database,
    secrets: createSecretBox(assignment.instanceKey),
    people: createPeopleParts(assignment.settings, assignment.dataDirectory),
  })
  await createStarterApp(dependencies.apps)
  await dependencies.spaces.insertDefault()
  await openSetup(dependencies, assignment.settings)
  const housekeeping = startHousekeeping(dependencies, assignment.settings.ORRERY_AUDIT_KEEP_DAYS)
  const app = createTenantApp(dependencies)
  return {
    name: 'tenant',
    handle: (request) => app.handle(request),
    openapi: () => describeApp(app, { title: 'Tenant', description: 'Apps, their keys, and people.' }),
    stop: () => housekeeping.stop(),
  }
}
