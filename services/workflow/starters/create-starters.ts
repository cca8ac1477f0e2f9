import type { Database } from '#shared/postgres/connect.ts'
import type { FlowStores } from '../flows/flow-stores.ts'
import { release } from '../flows/publish-flow.ts'
import { branchFlow } from './branch-flow.ts'
import { echoFlow } from './echo-flow.ts'
import { knowledgeFlow } from './knowledge-flow.ts'
import type { StarterFlow } from './starter-nodes.ts'
import { createStarterOnce, findCreatedStarters } from './starter-repository.ts'

export const STARTER_APP = 'starter'
const STARTER_VERSION = 'v1.0'
const PROTOCOL_VERSION = 'v3.0.0'

export const starters: readonly StarterFlow[] = [echoFlow, knowledgeFlow, branchFlow]

/** Creates and publishes the starter flows at the first start. Never again: what a user changed or deleted stays so. */
export const createStarters = async (database: Database): Promise<void> => {
  const there = await findCreatedStarters(database)
  for (const starter of starters.filter(({ id }) => !there.has(id))) {
    await createStarterOnce(database, starter.id, (stores) => createStarter(stores, starter))
  }
}

export const toDefinition = ({ id, name, description, graph }: StarterFlow) => ({
  id,
  name,
  description,
  version: PROTOCOL_VERSION,
  data: graph,
})

const createStarter = async (stores: FlowStores, starter: StarterFlow): Promise<void> => {
  const { id, name, description } = starter
  await stores.flows.insert({
    id,
    groupId: id,
    appId: STARTER_APP,
    name,
    description,
    definitionHash: await stores.definitions.put(toDefinition(starter)),
  })
  await release(stores, { flowId: id, action: 1, platform: 1, version: STARTER_VERSION })
}
