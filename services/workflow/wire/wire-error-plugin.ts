import { Elysia } from 'elysia'
import { retryAfterHeader } from '#shared/http/retry-after-header.ts'
import type { Logger } from '#shared/logging/logger.ts'
import { expectedFailureOf } from '#shared/postgres/expected-failure.ts'
import type { ProtocolOperation } from '../definition/flow-protocol-error.ts'
import type { WireResult } from '../definition/wire-codes.ts'
import { missingAppHeader, requestFault, unreadableBody } from './request-fault.ts'
import { toWireFault, WireFaultError } from './wire-fault.ts'

export interface WireErrorOptions {
  logger: Logger
  operation: ProtocolOperation
  /** For expected errors without a code on the wire. */
  fallback: WireResult
  /** The body that the route's clients expect. The status is 200 in any case. */
  body(fault: WireResult, sid: string): object
  nextSid(): string
}

/**
 * Maps whatever a wire route throws to the original's envelope. Each group of routes uses an instance of its own, before its routes.
 */
export const wireErrorPlugin = (options: WireErrorOptions) =>
  new Elysia().onError({ as: 'scoped' }, ({ error, code, path, set }) => {
    const sid = options.nextSid()
    const requestProblem = readRequestFault(error, code)
    const expected = expectedFailureOf(error)
    if (!requestProblem && !expected) {
      options.logger.error({ err: error, path, sid }, 'unexpected failure of a wire route')
    }
    const fault = requestProblem ?? toWireFault(expected ?? error, options.operation, options.fallback)
    set.status = 200
    if (expected) Object.assign(set.headers, retryAfterHeader(expected))
    return options.body(fault, sid)
  })

/** The app that a call is for; the wire's 460 when nobody named one. */
export const requireApp = (appId: string | undefined): string => {
  if (!appId) throw new WireFaultError(missingAppHeader())
  return appId
}

const readRequestFault = (error: unknown, code: string | number): WireResult | undefined => {
  if (code === 'PARSE') return unreadableBody()
  if (code !== 'VALIDATION' || !isValidation(error) || error.type === 'response') return undefined
  return requestFault(error.type, error.all)
}

const isValidation = (error: unknown): error is { type: string; all: { path: string; message: string }[] } =>
  error instanceof Error && 'all' in error && 'type' in error
