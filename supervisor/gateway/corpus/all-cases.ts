import { CHUNK_CASES } from './chunk-cases.ts'
import { CONNECTION_CASES } from './connection-cases.ts'
import { HEADER_CASES } from './header-cases.ts'
import { LENGTH_CASES } from './length-cases.ts'
import type { RequestCase } from './request-case.ts'
import { REQUEST_LINE_CASES } from './request-line-cases.ts'
import { TARGET_CASES } from './target-cases.ts'

/** Largest body that the gateway under test accepts; two cases pass it. */
export const CORPUS_BODY_BYTES_MAX = 4_096

export const ALL_CASES: readonly RequestCase[] = [
  ...REQUEST_LINE_CASES,
  ...TARGET_CASES,
  ...HEADER_CASES,
  ...LENGTH_CASES,
  ...CHUNK_CASES,
  ...CONNECTION_CASES,
]
