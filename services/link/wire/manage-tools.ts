import type { LinkDependencies } from '../dependencies.ts'
import type { Json } from '../openapi/json-values.ts'
import { insertTool } from '../tools/insert-tool.ts'
import { mayChange, ownerOf, type ToolAccess } from '../tools/tool-access.ts'
import type { NewVersion, ToolVersion } from '../tools/tool-repository.ts'
import { readWireDocument } from './read-wire-document.ts'
import { LINK_CODES, toolMissing, WireError } from './wire-error.ts'
import type { WireTool } from './wire-requests.ts'

/** The version that a new tool gets, and the only one that the deprecated routes know. */
export const FIRST_VERSION = 'V1.0'
const NEEDED = ['version', 'name', 'description', 'openapi_schema'] as const

/** Stores new tools, all of them or none. @throws WireError */
export const createTools = async (
  dependencies: LinkDependencies,
  access: ToolAccess,
  items: readonly WireTool[],
): Promise<{ name: string; id: string; version: string }[]> => {
  const tools: { name: string; description: string; document: Json }[] = []
  for (const {
    name = '',
    description = '',
    schema_type: schemaType = 0,
    openapi_schema: openapiSchema = '',
  } of items) {
    tools.push({
      name,
      description,
      document: readWireDocument('create tool', { name, schemaType, openapiSchema }),
    })
  }
  return dependencies.atomically(async (repository) => {
    const created: { name: string; id: string; version: string }[] = []
    for (const { name, description, document } of tools) {
      const id = await insertTool(dependencies, repository, { ownerAppId: ownerOf(access), name, description })
      const row = { toolId: id, version: FIRST_VERSION, name, description, document: JSON.stringify(document) }
      await repository.insertVersion(row)
      created.push({ name, id, version: FIRST_VERSION })
    }
    return created
  })
}

/** Adds versions to tools of the caller, all of them or none. @throws WireError */
export const addVersions = async (
  dependencies: LinkDependencies,
  access: ToolAccess,
  items: readonly WireTool[],
): Promise<void> => {
  const rows: NewVersion[] = []
  for (const item of items) {
    const absent = NEEDED.find((field) => !item[field])
    if (absent) throw new WireError(LINK_CODES.COMMON, `no ${absent} attr found in tool info!`)
    const { id: toolId = '', version = '', name = '', description = '' } = item
    await requireOwn(dependencies, access, { toolId, version })
    const schema = { name, schemaType: item.schema_type ?? 0, openapiSchema: item.openapi_schema ?? '' }
    const document = JSON.stringify(readWireDocument('update tool', schema))
    rows.push({ toolId, version, name, description, document })
  }
  await dependencies.atomically(async (repository) => {
    for (const row of rows) {
      if (!(await repository.insertVersion(row))) throw new WireError(LINK_CODES.COMMON, 'Version already exists!')
    }
  })
}

/** The deprecated change of a tool in place: what an item leaves out stays as it was. @throws WireError */
export const changeTools = async (
  dependencies: LinkDependencies,
  access: ToolAccess,
  items: readonly WireTool[],
): Promise<void> => {
  const rows: NewVersion[] = []
  for (const item of items) {
    const toolId = item.id ?? ''
    await requireOwn(dependencies, access, { toolId, version: FIRST_VERSION })
    const { version: old } = await findTool(dependencies, access, { toolId, version: FIRST_VERSION })
    const name = item.name ?? old.name
    const changed =
      item.openapi_schema === undefined
        ? old.document
        : JSON.stringify(
            readWireDocument('update tool', {
              name,
              schemaType: item.schema_type ?? 0,
              openapiSchema: item.openapi_schema,
            }),
          )
    rows.push({
      toolId,
      version: FIRST_VERSION,
      name,
      description: item.description ?? old.description,
      document: changed,
    })
  }
  await dependencies.atomically(async (repository) => {
    for (const row of rows) {
      await repository.replaceVersion(row)
    }
  })
}

const requireOwn = async (
  { tools }: LinkDependencies,
  access: ToolAccess,
  { toolId, version }: { toolId: string; version: string },
): Promise<void> => {
  const tool = await tools.find(access, toolId, { deleted: true })
  if (!tool || !mayChange(access, tool.ownerAppId)) throw toolMissing(toolId, version)
}

/** @throws WireError 30500 when the caller may not read it, or it is not there */
export const findTool = async (
  { tools }: Pick<LinkDependencies, 'tools'>,
  access: ToolAccess,
  { toolId, version }: { toolId: string; version: string },
): Promise<ToolVersion> => {
  const found = await tools.findVersion(access, toolId, version)
  if (!found) throw toolMissing(toolId, version)
  return found
}

/** Deletes versions, paired with their tools by position; a tool without one loses all. What is not there, or not the caller's, is let be. */
export const deleteTools = async (
  dependencies: LinkDependencies,
  access: ToolAccess,
  { toolIds, versions }: { toolIds: readonly string[]; versions: readonly string[] },
): Promise<void> => {
  await dependencies.atomically(async (repository) => {
    for (const [index, toolId] of toolIds.entries()) {
      const tool = await repository.find(access, toolId)
      if (!tool || !mayChange(access, tool.ownerAppId)) continue
      const version = versions[index]
      await repository.deleteVersions(toolId, version ? [version] : undefined)
    }
  })
}
