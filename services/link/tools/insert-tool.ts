import type { LinkDependencies } from '../dependencies.ts'
import type { ToolRepository } from './tool-repository.ts'

const IDS_TRIED_MAX = 10

/** Stores a tool without a version yet, under an id that was never used. */
export const insertTool = async (
  { nextToolId }: Pick<LinkDependencies, 'nextToolId'>,
  tools: ToolRepository,
  row: { ownerAppId: string; name: string; description: string },
): Promise<string> => {
  for (let tried = 0; tried < IDS_TRIED_MAX; tried += 1) {
    const toolId = nextToolId()
    if (await tools.insert({ ...row, toolId })) return toolId
  }
  throw new Error('No id of a tool was free.')
}
