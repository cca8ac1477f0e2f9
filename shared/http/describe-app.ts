import { type AnyElysia, Elysia } from 'elysia'
import { toOpenApiSchemas } from './to-open-api-schemas.ts'

const SPEC_PATH = '/describe-app/json'
const JSON_ONLY = 'application/json'

/**
 * OpenAPI 3.0 document of an app's routes, for `HostedService.openapi`. Built on demand: the generator is loaded when someone asks.
 * Routes with `detail: { hide: true }` stay out. Bodies are described as JSON unless the route's `parse` names another type.
 */
export const describeApp = async (app: AnyElysia, info: { title: string; description: string }): Promise<unknown> => {
  const { swagger } = await import('@elysiajs/swagger')
  const described = new Elysia()
    .use(swagger({ specPath: SPEC_PATH, documentation: { info: { ...info, version: '1' } }, excludeStaticFile: false }))
    .use(app)
  const response = await described.handle(new Request(`http://localhost${SPEC_PATH}`))
  return toOpenApiSchemas(withoutUnusedContentTypes(await response.json()))
}

/** The generator offers JSON, form and text for every body whose type a route leaves open; ours speak JSON. */
const withoutUnusedContentTypes = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutUnusedContentTypes)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, child]) => [key, withoutUnusedContentTypes(child)] as const)
  const names = entries.map(([key]) => key)
  const isOpenChoice = names.length === 3 && names.includes(JSON_ONLY) && names.includes('multipart/form-data')
  return Object.fromEntries(isOpenChoice ? entries.filter(([key]) => key === JSON_ONLY) : entries)
}
