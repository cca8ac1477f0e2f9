import { Elysia } from 'elysia'
import { errorPlugin } from '#shared/http/error-plugin.ts'
import { baseRoutes } from './bases/base-routes.ts'
import { chunkRoutes } from './chunks/chunk-routes.ts'
import type { KnowledgeDependencies } from './dependencies.ts'
import { documentRoutes } from './documents/document-routes.ts'
import { pageRoutes } from './documents/page-routes.ts'
import { versionRoutes } from './documents/version-routes.ts'
import { evaluationRoutes } from './evaluation/evaluation-routes.ts'
import { questionSetRoutes } from './evaluation/question-set-routes.ts'
import { folderRoutes } from './folders/folder-routes.ts'
import { ingestionRoutes } from './ingestion/ingestion-routes.ts'
import { previewRoutes } from './previews/preview-routes.ts'
import { queryRoutes } from './queries/query-routes.ts'
import { hitTestRoutes } from './retrieval/hit-test-routes.ts'
import { searchRoutes } from './retrieval/search-routes.ts'
import { wireRoutes } from './wire/wire-routes.ts'

/** Builds the app without listening, so tests call it in memory. */
export const createKnowledgeApp = (dependencies: KnowledgeDependencies) =>
  new Elysia({ name: 'knowledge' })
    .use(errorPlugin(dependencies.logger))
    .use(baseRoutes(dependencies))
    .use(folderRoutes(dependencies))
    .use(chunkRoutes(dependencies))
    .use(previewRoutes(dependencies))
    .use(documentRoutes(dependencies))
    .use(pageRoutes(dependencies))
    .use(versionRoutes(dependencies))
    .use(ingestionRoutes(dependencies))
    .use(searchRoutes(dependencies))
    .use(hitTestRoutes(dependencies))
    .use(queryRoutes(dependencies))
    .use(questionSetRoutes(dependencies))
    .use(evaluationRoutes(dependencies))
    .use(wireRoutes(dependencies))

export type KnowledgeApp = ReturnType<typeof createKnowledgeApp>
