import type { LinkDependencies } from '../dependencies.ts'
import { DocumentInvalidError, NothingImportedError, ToolNotFoundError, VersionTakenError } from '../errors.ts'
import { checkFrame } from '../openapi/check-document.ts'
import { type Json, objectOf, textOf } from '../openapi/json-values.ts'
import { parseDocument } from '../openapi/parse-document.ts'
import { findServerLists } from '../openapi/read-operations.ts'
import { addressOf, findChosen, type ServerChoice } from '../openapi/read-servers.ts'
import type { ToolRow } from '../tables.ts'
import { insertTool } from '../tools/insert-tool.ts'
import { ownerOf, requireChangeable, type ToolAccess } from '../tools/tool-access.ts'
import { convertSwagger, isSwagger } from './convert-swagger.ts'
import { diffOperations, type OperationDiff } from './diff-operations.ts'
import { fetchDocument } from './fetch-document.ts'
import { type OperationReport, prepareDocument } from './prepare-document.ts'

export interface ImportRequest {
  /** The text of the document, or where it is. */
  readonly source: { readonly text: string } | { readonly url: string }
  readonly name?: string | undefined
  readonly description?: string | undefined
  /** Of the tool that gets a new version; a new tool when left out. */
  readonly toolId?: string | undefined
  /** Of the version; the next `V<number>.0` when left out. */
  readonly version?: string | undefined
  readonly serverUrl?: string | undefined
}

export interface ImportReport {
  readonly toolId: string
  readonly version: string
  readonly operations: OperationReport[]
  readonly warnings: string[]
  /** Against the newest version before; undefined for a new tool. */
  readonly diff: OperationDiff | undefined
}

const NAME_LENGTH_MAX = 128
const DESCRIPTION_LENGTH_MAX = 512
const FIRST_VERSION = 'V1.0'
const VERSIONS_LISTED_MAX = 200

/**
 * Makes a whole OpenAPI 3 or Swagger 2.0 document a tool, or a new version of one. Operations that cannot be called are left out and reported.
 * @throws DocumentUnreadableError, DocumentInvalidError, NothingImportedError, DocumentUnavailableError, OUTBOUND_…, ToolNotFoundError, ToolOwnerError,
 * VersionTakenError
 */
export const importDocument = async (
  dependencies: LinkDependencies,
  access: ToolAccess,
  { request, signal }: { request: ImportRequest; signal: AbortSignal },
): Promise<ImportReport> => {
  const { source, toolId } = request
  const tool = toolId === undefined ? undefined : await findOwn(dependencies, access, toolId)
  const baseUrl = 'url' in source ? source.url : undefined
  const text = 'url' in source ? await fetchDocument(dependencies.outbound, source.url, signal) : source.text
  const parsed = parseDocument(text, 'either')
  const read = isSwagger(parsed) ? convertSwagger(parsed, baseUrl) : parsed
  const faults = checkFrame(read)
  if (faults.length > 0) throw new DocumentInvalidError(faults)
  const { document, operations, warnings } = prepareDocument(read, { baseUrl, serverUrl: request.serverUrl })
  if (!operations.some(({ imported }) => imported)) throw new NothingImportedError(operations)
  const stored = await store(dependencies, access, { request, document, tool })
  return { ...stored, operations, warnings: [...warnings, ...lostChoices(document, tool?.serverChoices ?? [])] }
}

/** What a document does to choices of servers that were made before it: a choice holds while the server and the values are there. */
const lostChoices = (document: Json, choices: readonly ServerChoice[]): string[] => {
  const lists = findServerLists(document)
  return choices.flatMap((choice) => {
    const list = lists.find(({ place }) => place === choice.place)
    if (list && findChosen(list, choice)) return []
    const before = `The server ${choice.url} that was chosen (${choice.place}) is not there with these values`
    if (!list) return [`${before}: no operation has servers from there any more.`]
    return [`${before}: ${addressOf(list, choices)} is called instead, until another one is chosen.`]
  })
}

const findOwn = async ({ tools }: LinkDependencies, access: ToolAccess, toolId: string): Promise<ToolRow> => {
  const tool = await tools.find(access, toolId)
  if (!tool) throw new ToolNotFoundError(toolId)
  requireChangeable(access, tool)
  return tool
}

const store = async (
  dependencies: LinkDependencies,
  access: ToolAccess,
  { request, document, tool }: { request: ImportRequest; document: Json; tool: ToolRow | undefined },
): Promise<Pick<ImportReport, 'toolId' | 'version' | 'diff'>> => {
  const info = objectOf(document.info)
  const name = (request.name ?? tool?.name ?? (textOf(info.title) || 'Tool')).slice(0, NAME_LENGTH_MAX)
  const told = textOf(info.description) || textOf(info.summary) || name
  const description = (request.description ?? tool?.description ?? told).slice(0, DESCRIPTION_LENGTH_MAX)
  const before = tool && (await dependencies.tools.findVersion(access, tool.toolId))
  const diff = before && diffOperations(dependencies.loadDocument(before.version), document)
  return dependencies.atomically(async (tools) => {
    const toolId =
      tool?.toolId ?? (await insertTool(dependencies, tools, { ownerAppId: ownerOf(access), name, description }))
    const known = tool ? await tools.listVersions(toolId, { limit: VERSIONS_LISTED_MAX }) : []
    const version = request.version ?? nextVersion(known.map((row) => row.version))
    const isNew = await tools.insertVersion({ toolId, version, name, description, document: JSON.stringify(document) })
    if (!isNew) throw new VersionTakenError(toolId, version)
    return { toolId, version, diff }
  })
}

/** One above the highest `V<number>.…`. */
const nextVersion = (versions: readonly string[]): string => {
  if (versions.length === 0) return FIRST_VERSION
  const numbers = versions.map((version) => Number(/^V(\d+)/.exec(version)?.[1] ?? 0))
  return `V${Math.max(...numbers) + 1}.0`
}
