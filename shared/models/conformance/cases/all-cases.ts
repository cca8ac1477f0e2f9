import type { ConformanceCase } from '../play-provider.ts'
import { answerCases } from './answer-cases.ts'
import { failureCases } from './failure-cases.ts'
import { requestCases } from './request-cases.ts'
import { timeCases } from './time-cases.ts'
import { toolCases } from './tool-cases.ts'

/** What every provider is held to. */
export const ALL_CASES: readonly ConformanceCase[] = [
  ...answerCases,
  ...toolCases,
  ...requestCases,
  ...failureCases,
  ...timeCases,
]
