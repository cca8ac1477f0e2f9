import { describeApp } from '#shared/http/describe-app.ts'
import type { StartService } from '#shared/lifecycle/hosted-service.ts'
import { createOutboundGuard } from '#shared/outbound/outbound-guard.ts'
import { createSecretBox } from '#shared/secrets/secret-box.ts'
import { createLinkApp } from './app.ts'
import { createLinkDependencies } from './dependencies.ts'
import { startCallSweep } from './tools/sweep-calls.ts'

/** Tools: OpenAPI documents and MCP servers whose operations flows and agents call, and the credentials for that. */
export const start: StartService = async ({ assignment, logger, metrics, database }) => {
  const dependencies = createLinkDependencies({
    logger,
    metrics,
    database,
    outbound: createOutboundGuard({ allow: assignment.settings.ORRERY_OUTBOUND_ALLOW }),
    secrets: createSecretBox(assignment.instanceKey),
    dataDirectory: assignment.dataDirectory,
    searchPath: process.env.PATH,
  })
  const sweep = startCallSweep(dependencies)
  const app = createLinkApp(dependencies)
  return {
    name: 'link',
    handle: (request) => app.handle(request),
    openapi: () => describeApp(app, { title: 'Link', description: 'Tools and the credentials to call them.' }),
    async stop() {
      await sweep.stop()
      await dependencies.mcp.connections[Symbol.asyncDispose]()
    },
  }
}
