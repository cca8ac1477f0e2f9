import type { WireStrategies } from '../wire-strategy.ts'
import { aiuiStrategy } from './aiui-strategy.ts'
import type { BuiltInDependencies } from './built-in.ts'
import { cbgStrategy } from './cbg-strategy.ts'
import { ragflowShapesStrategy } from './ragflow-shapes-strategy.ts'
import { sparkDeskStrategy } from './spark-desk-strategy.ts'

/** Every ragType of the original, answered by the built-in store. */
export const builtInStrategies = (dependencies: BuiltInDependencies): WireStrategies => ({
  'AIUI-RAG2': aiuiStrategy(dependencies),
  'CBG-RAG': cbgStrategy(dependencies),
  'SparkDesk-RAG': sparkDeskStrategy(dependencies),
  'Ragflow-RAG': ragflowShapesStrategy(dependencies),
})
