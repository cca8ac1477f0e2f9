import type { Database } from '#shared/postgres/connect.ts'
import { type ComparisonRepository, createComparisonRepository } from './comparison-repository.ts'
import { createDefinitionRepository, type DefinitionRepository } from './definition-repository.ts'
import { createFlowRepository, type FlowRepository } from './flow-repository.ts'
import { createLicenceRepository, type LicenceRepository } from './licence-repository.ts'
import { createReleaseRepository, type ReleaseRepository } from './release-repository.ts'
import { shareQuestions } from './share-questions.ts'
import { createVersionRepository, type VersionRepository } from './version-repository.ts'

/** The tables that make up a flow, over one connection or one transaction. */
export interface FlowStores {
  flows: FlowRepository
  versions: VersionRepository
  definitions: DefinitionRepository
  licences: LicenceRepository
  comparisons: ComparisonRepository
  releases: ReleaseRepository
  /** Runs `work` in a transaction: all of it happens or nothing. No network call inside. */
  atomically<Result>(work: (stores: FlowStores) => Promise<Result>): Promise<Result>
}

export const createFlowStores = (database: Database): FlowStores => ({
  flows: createFlowRepository(database),
  versions: createVersionRepository(database),
  definitions: createDefinitionRepository(database),
  licences: createLicenceRepository(database),
  comparisons: createComparisonRepository(database),
  releases: shareReleases(createReleaseRepository(database)),
  atomically: (work) => database.transaction((transaction) => work(createFlowStores(transaction))),
})

/** Every run of a published flow asks, and under load most ask the same. */
const shareReleases = ({ find }: ReleaseRepository): ReleaseRepository => ({
  find: shareQuestions(({ flowId, appId, version }) => JSON.stringify([flowId, appId, version]), find),
})
