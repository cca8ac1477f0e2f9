import { METHODS, type OpenApiDocument, type Operation, type PathItem } from './open-api-document.ts'
import { publicOperations } from './public-operations.ts'

export interface DocumentPart {
  service: string
  document: OpenApiDocument
}

export interface MergeFacts {
  version: string
  /** Services whose document could not be had, each with the reason in words. */
  unavailable: { service: string; reason: string }[]
}

const SCHEMA_REFERENCE = /^#\/components\/(\w+)\/(.+)$/
const INTERNAL_PREFIX = '/internal/'

/**
 * One document over all services. Tags, operation ids and components carry their service's name, so that equal names of two services stay
 * apart. Every operation needs the bearer scheme, but the public ones. Paths that exist on unix sockets alone are left out. Of two services
 * that describe the same operation, the first one is kept.
 */
export const mergeOpenApi = (parts: readonly DocumentPart[], facts: MergeFacts): OpenApiDocument => {
  const merged: OpenApiDocument = {
    openapi: '3.0.3',
    info: {
      title: 'Orrery',
      description:
        'Every route of this installation. Send `Authorization: Bearer <root key>` or `Bearer <key>:<secret>`.',
      version: facts.version,
    },
    tags: [],
    paths: {},
    components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } }, responses: { Unauthenticated } },
    security: [{ bearer: [] }],
    'x-orrery-unavailable': facts.unavailable,
  }
  for (const part of parts) addPart(merged, part)
  return merged
}

const addPart = (merged: OpenApiDocument, { service, document }: DocumentPart): void => {
  const own = withOwnReferences(document, service) as OpenApiDocument
  const tags = new Map(own.tags?.map((tag) => [tag.name, tag.description]))
  for (const [path, item] of Object.entries(own.paths)) {
    if (path.startsWith(INTERNAL_PREFIX)) continue
    const known = merged.paths[path] ?? {}
    merged.paths[path] = { ...ownItem(service, path, item), ...known }
    for (const operation of operationsOf(item)) for (const tag of operation.tags ?? []) addTag(tags, tag)
  }
  merged.tags?.push(
    ...[...tags].map(([name, description]) => ({
      name: prefixed(service, name),
      ...(description ? { description } : {}),
    })),
  )
  const components = merged.components ?? {}
  for (const [kind, entries] of Object.entries(own.components ?? {})) {
    if (kind === 'securitySchemes') continue
    const renamed = Object.entries(entries).map(([name, value]) => [`${service}_${name}`, value])
    components[kind] = { ...components[kind], ...Object.fromEntries(renamed) }
  }
}

const addTag = (tags: Map<string, string | undefined>, name: string): void => {
  if (!tags.has(name)) tags.set(name, undefined)
}

const prefixed = (service: string, tag: string): string => (tag === service ? service : `${service}: ${tag}`)

const operationsOf = (item: PathItem): Operation[] =>
  METHODS.flatMap((method) => (item[method] === undefined ? [] : [item[method] as Operation]))

const ownItem = (service: string, path: string, item: PathItem): PathItem =>
  Object.fromEntries(
    Object.entries(item).map(([member, value]) =>
      METHODS.includes(member as (typeof METHODS)[number])
        ? [member, ownOperation(service, `${member.toUpperCase()} ${path}`, value as Operation)]
        : [member, value],
    ),
  )

const ownOperation = (service: string, route: string, operation: Operation): Operation => {
  const open = publicOperations.has(route)
  return {
    ...operation,
    operationId: `${service}_${operation.operationId ?? route.replaceAll(/\W+/g, '_')}`,
    tags: (operation.tags ?? [service]).map((tag) => prefixed(service, tag)),
    ...(open ? { security: [] } : {}),
    responses: {
      ...operation.responses,
      ...(open ? {} : { 401: { $ref: '#/components/responses/Unauthenticated' } }),
    },
  }
}

/** A copy in which every reference to a component names the component by its new, prefixed name. */
const withOwnReferences = (value: unknown, service: string): unknown => {
  if (Array.isArray(value)) return value.map((child) => withOwnReferences(child, service))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => {
      const reference = key === '$ref' && typeof child === 'string' ? SCHEMA_REFERENCE.exec(child) : null
      return [
        key,
        reference ? `#/components/${reference[1]}/${service}_${reference[2]}` : withOwnReferences(child, service),
      ]
    }),
  )
}

const Unauthenticated = {
  description: 'No or wrong credentials.',
  content: {
    'application/problem+json': {
      schema: {
        type: 'object',
        required: ['type', 'title', 'status', 'detail', 'code', 'remedy', 'traceId'],
        properties: {
          type: { type: 'string' },
          title: { type: 'string' },
          status: { type: 'integer' },
          detail: { type: 'string' },
          code: { type: 'string', example: 'GATEWAY_UNAUTHENTICATED' },
          remedy: { type: 'string' },
          traceId: { type: 'string' },
        },
      },
    },
  },
}
