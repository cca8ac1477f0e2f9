import { describeApp } from '#shared/http/describe-app.ts'
import type { StartService } from '#shared/lifecycle/hosted-service.ts'
import packageJson from '../../package.json' with { type: 'json' }
import { createConsoleApp } from './app.ts'
import { createApiDocument } from './openapi/api-document.ts'
import { collectDocuments } from './openapi/collect-documents.ts'
import { gatewayDocument } from './openapi/gateway-document.ts'
import { mergeOpenApi } from './openapi/merge-openapi.ts'
import { createAssetServer } from './pages/serve-asset.ts'

/** Everyone whose routes are described, in the order of the document. */
const DESCRIBED_SERVICES = ['agent', 'workflow', 'knowledge', 'tenant', 'link', 'console']

/** The first page, Swagger and the merged OpenAPI document. */
export const start: StartService = async ({ assignment, logger, draining }) => {
  const source = { gatewayPath: assignment.gatewayPath, services: DESCRIBED_SERVICES, logger }
  const apiDocument = createApiDocument({
    async build() {
      const { parts, unavailable } = await collectDocuments(source, draining)
      const all = [{ service: 'gateway', document: gatewayDocument }, ...parts]
      return mergeOpenApi(all, { version: packageJson.version, unavailable })
    },
    now: Date.now,
  })
  const app = createConsoleApp({ logger, serveAsset: createAssetServer(), apiDocument })
  return {
    name: 'console',
    handle: (request) => app.handle(request),
    openapi: () =>
      describeApp(app, { title: 'Console', description: 'The first page and the description of the API.' }),
    stop: async () => undefined,
  }
}
