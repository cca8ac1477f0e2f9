import { CodeFailedError, type CodeFault } from './errors.ts'
import type { CodeLanguage, SandboxLimits } from './sandbox.ts'

/** What a child process is told: one line of JSON on its standard input. */
export interface ProgramRequest {
  language: CodeLanguage
  source: string
  /** An object as JSON: it becomes data of the program and nothing before. */
  inputs: string
  limits: SandboxLimits
}

/** What it says, a line each: first whether it can run programs, then once for each request. */
export interface ChildGreeting {
  /** Why it may run nothing; absent when all is well. */
  refusal?: string
}

export interface ProgramAnswer {
  /** `{"result": …}` or `{"fault": …, "message": …}` as JSON, made by what the program shares its interpreter with: it is not to be trusted. */
  answer: string
  log: string
}

const FAULTS: readonly CodeFault[] = ['no-main', 'raised', 'result', 'deadline', 'limit']

/**
 * What a program returned. Undefined when the text is neither of the two shapes: a program shares its interpreter with the runner and may write what
 * it likes. Throws CodeFailedError on the fault that it tells.
 */
export const readProgramAnswer = (text: string): Record<string, unknown> | string | undefined => {
  const value = parseJson(text)
  if (typeof value !== 'object' || value === null) return undefined
  if ('fault' in value && 'message' in value && isFault(value.fault) && typeof value.message === 'string')
    throw new CodeFailedError(value.fault, value.message)
  if (!('result' in value)) return undefined
  const { result } = value
  if (typeof result === 'string') return result
  if (typeof result !== 'object' || result === null || Array.isArray(result)) return undefined
  return result as Record<string, unknown>
}

/** A line of a child as JSON; undefined when it is none. */
export const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const isFault = (fault: unknown): fault is CodeFault => FAULTS.some((known) => known === fault)
