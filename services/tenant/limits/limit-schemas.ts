import { t } from 'elysia'
import { CallLimits } from '#shared/permissions/call-limits.ts'
import { LimitsUselessError } from '../errors.ts'
import type { CallLimitsRow } from '../tables.ts'

/** What is left out is no limit, so a misspelt name must not pass. Not `false`: what that forbids is taken away before it is checked. */
export const LimitsBody = t.Partial(CallLimits, { additionalProperties: t.Never() })

const Use = t.Object({
  requests: t.Integer({ description: 'Taken by gateways, in blocks: up to a block more than were made.' }),
  tokens: t.Integer({ description: 'Read and written by models; 0 for a key.' }),
  resetsAt: t.String({ format: 'date-time' }),
})
export const LimitsAnswer = t.Object({ limits: CallLimits, used: t.Object({ today: Use, thisMonth: Use }) })

const NONE: CallLimits = {
  ...{ requestsPerSecond: null, requestsPerMinute: null, burst: null },
  ...{ requestsPerDay: null, requestsPerMonth: null, tokensPerDay: null, tokensPerMonth: null },
}

/** Body or row to limits, whole. */
export const toLimits = (given: Partial<CallLimits & CallLimitsRow> | undefined): CallLimits => {
  const { appId: _app, apiKey: _key, ...limits } = given ?? {}
  return { ...NONE, ...limits }
}

/** @throws LimitsUselessError for what would never hold */
export const assertUseful = (limits: CallLimits, isOfApp: boolean): void => {
  if (limits.burst !== null && limits.requestsPerSecond === null)
    throw new LimitsUselessError('burst says how far requestsPerSecond may be exceeded, which is missing.')
  if (!isOfApp && (limits.tokensPerDay !== null || limits.tokensPerMonth !== null))
    throw new LimitsUselessError('Tokens are counted for an app, not for one of its keys.')
}

export const hasLimits = (limits: CallLimits): boolean => Object.values(limits).some((limit) => limit !== null)
