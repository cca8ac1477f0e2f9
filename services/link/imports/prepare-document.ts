import { schemeOf } from '../credentials/authorise-call.ts'
import { type Json, listOf, objectOf } from '../openapi/json-values.ts'
import { METHODS, type ToolOperation } from '../openapi/operation.ts'
import { pathItemOf, readOperations } from '../openapi/read-operations.ts'
import { essenceOf } from '../requests/media-type.ts'
import { type NamedOperation, nameOperations } from './name-operations.ts'
import { badReferences } from './schema-references.ts'

/** What became of one operation of a document. */
export interface OperationReport {
  operationId: string
  method: string
  path: string
  imported: boolean
  /** Why it was not imported. */
  reason?: string
  warnings: string[]
}

export interface PreparedDocument {
  readonly document: Json
  readonly operations: OperationReport[]
  readonly warnings: string[]
}

/**
 * A document made ready to be called: references of path items are filled in, every operation has an id of its own, servers are absolute, and what cannot
 * be called is gone, with a report. Pure.
 * @param options.baseUrl the address that relative servers are relative to: where the document came from
 * @param options.serverUrl stands in place of all servers
 */
export const prepareDocument = (
  document: Json,
  options: { baseUrl?: string | undefined; serverUrl?: string | undefined },
): PreparedDocument => {
  const names = nameOperations(document)
  const named = { ...document, paths: namedPaths(document, names), ...absoluteServers(document, options) }
  const whole: Json = {
    ...named,
    paths: mapItems(named.paths, (item) => ({ ...item, ...absoluteServers(item, options) })),
  }
  const { operations, problems } = readOperations(whole)
  const reports = names.map(({ path, method, operationId, warnings }): OperationReport => {
    const report = { operationId, method: method.toUpperCase(), path, imported: true, warnings: [...warnings] }
    const operation = operations.find((one) => one.operationId === operationId)
    const reason = operation
      ? whyNotCallable(whole, operation)
      : (problems.find((problem) => problem.operationId === operationId)?.reason ?? 'It cannot be understood.')
    if (reason !== undefined) return { ...report, imported: false, reason }
    if (operation) report.warnings.push(...warningsOf(whole, operation))
    return report
  })
  const kept = new Set(reports.filter(({ imported }) => imported).map(({ operationId }) => operationId))
  return {
    document: { ...whole, paths: withOnly(whole.paths, kept) },
    operations: reports,
    warnings: documentWarnings(document),
  }
}

type Paths = Record<string, Record<string, unknown>>

const namedPaths = (document: Json, names: readonly NamedOperation[]): Paths => {
  const paths: Paths = {}
  for (const [path, value] of Object.entries(objectOf(document.paths))) {
    paths[path] = { ...pathItemOf(document, value) }
  }
  for (const { path, method, operationId } of names) {
    const item = paths[path]
    if (item) item[method] = { ...objectOf(item[method]), operationId }
  }
  return paths
}

const mapItems = (paths: Paths, change: (item: Json) => Json): Paths =>
  Object.fromEntries(
    Object.entries(paths).map(([path, item]) => {
      const changed: Record<string, unknown> = { ...change(item) }
      for (const method of METHODS) if (method in changed) changed[method] = change(objectOf(changed[method]))
      return [path, changed]
    }),
  )

/** The servers of a document, a path or an operation, absolute; nothing where there are none. */
const absoluteServers = (
  at: Json,
  { baseUrl, serverUrl }: { baseUrl?: string | undefined; serverUrl?: string | undefined },
): { servers?: unknown[] } => {
  const isDocument = 'openapi' in at
  if (serverUrl !== undefined)
    return isDocument ? { servers: [{ url: serverUrl }] } : 'servers' in at ? { servers: [] } : {}
  const servers = listOf(at.servers)
  // Without any, a document is served from where it was found (OpenAPI 3.1, section 4.8.1).
  if (servers.length === 0)
    return isDocument && baseUrl !== undefined ? { servers: [{ url: new URL('/', baseUrl).href }] } : {}
  return {
    servers: servers.map((server) => {
      const fields = objectOf(server)
      const isRelative = typeof fields.url === 'string' && !/^[a-z][a-z0-9+.-]*:|^\{/i.test(fields.url)
      if (!isRelative || baseUrl === undefined) return fields
      const [origin] = [new URL(baseUrl).origin]
      const path = String(fields.url)
      return { ...fields, url: path.startsWith('/') ? `${origin}${path}` : new URL(path, baseUrl).href }
    }),
  }
}

const whyNotCallable = (document: Json, operation: ToolOperation): string | undefined => {
  const { server } = operation
  if (server === undefined) return 'No server is told: give serverUrl, or import the document from its address.'
  if (!URL.parse(server) || !/^https?:/i.test(server))
    return `Its server ${server} is no absolute http(s) URL: give serverUrl.`
  const given = [
    ...operation.parameters.map(({ schema }) => schema),
    ...(operation.body?.contents ?? []).map(({ schema }) => schema),
  ]
  const [bad] = badReferences(document, given)
  if (bad !== undefined) return bad
  const templates = [...operation.path.matchAll(/\{([^{}]+)\}/g)].map(([, name]) => name)
  return new Set(templates).size < templates.length ? 'Its path has a template twice.' : undefined
}

const warningsOf = (document: Json, operation: ToolOperation): string[] => {
  const { method, body, answers, parameters } = operation
  const warnings: string[] = []
  if (operation.deprecated) warnings.push('It is deprecated.')
  if (body && ['GET', 'HEAD', 'TRACE'].includes(method)) warnings.push(`A body of ${method} is not sent.`)
  const contents = body?.contents ?? []
  if (contents.length > 0 && contents.every(({ mediaType }) => /xml$/.test(essenceOf(mediaType)))) {
    warnings.push('Its body is XML: give it as text.')
  }
  for (const name of pathNames(operation)) {
    if (!parameters.some((parameter) => parameter.place === 'path' && parameter.name === name)) {
      warnings.push(`The path parameter ${name} is not described.`)
    }
  }
  const answerSchemas = answers.flatMap((answer) => answer.contents.map(({ schema }) => schema))
  for (const reason of badReferences(document, answerSchemas))
    warnings.push(`${reason} Answers are not held against it.`)
  return [...warnings, ...securityWarnings(document, operation)]
}

const pathNames = ({ path }: ToolOperation): string[] =>
  [...path.matchAll(/\{([^{}]+)\}/g)].map(([, name]) => name ?? '')

const securityWarnings = (document: Json, { security }: ToolOperation): string[] => {
  if (security.length === 0 || security.some((alternative) => Object.keys(alternative).length === 0)) return []
  const names = [...new Set(security.flatMap((alternative) => Object.keys(alternative)))]
  return names.map((name) => {
    const type = schemeOf(document, name)?.scheme.type
    if (type === undefined) return `The security scheme ${name} is not described: it cannot be called.`
    if (type === 'mutualTLS') return `It needs a client certificate for ${name}.`
    return `It needs credentials for ${name}.`
  })
}

const documentWarnings = (document: Json): string[] => {
  const warnings: string[] = []
  const hooks = Object.keys(objectOf(document.webhooks)).length
  if (hooks > 0) warnings.push(`${hooks} webhooks are what the server calls, and not imported.`)
  return warnings
}

/** Paths with the operations of these ids alone. */
const withOnly = (paths: unknown, kept: ReadonlySet<string>): Paths =>
  Object.fromEntries(
    Object.entries(objectOf(paths)).flatMap(([path, value]) => {
      const item = Object.entries(objectOf(value)).filter(
        ([key, operation]) =>
          !(METHODS as readonly string[]).includes(key) || kept.has(String(objectOf(operation).operationId)),
      )
      const hasOperation = item.some(([key]) => (METHODS as readonly string[]).includes(key))
      return hasOperation ? [[path, Object.fromEntries(item)]] : []
    }),
  )
