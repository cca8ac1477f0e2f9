import { queryChunks } from '../query-chunks.ts'
import type { WireStrategy } from '../wire-strategy.ts'
import type { BuiltInDependencies } from './built-in.ts'
import { richResult } from './result-shapes.ts'

/** SparkDesk-RAG is asked and nothing else. Its results stand alone, without a count. */
export const sparkDeskStrategy = (dependencies: BuiltInDependencies): WireStrategy => ({
  query: async (request, call) => ({ results: (await queryChunks(dependencies, request, call)).map(richResult) }),
})
