import { type Static, Type } from '@sinclair/typebox'

const COUNT_MAX = 1_000_000_000
const TOKENS_MAX = 1_000_000_000_000

const limit = (maximum: number, description: string, example: number) =>
  Type.Union([Type.Integer({ minimum: 1, maximum, description, examples: [example] }), Type.Null()])

/** How much an app, or one of its keys, may call; null: as much as it likes. Days and months are those of UTC. */
export const CallLimits = Type.Object({
  requestsPerSecond: limit(100_000, 'In each second that begins with a request.', 10),
  requestsPerMinute: limit(1_000_000, 'In each minute that begins with a request.', 300),
  burst: limit(100_000, 'Beyond requestsPerSecond, this many more in ten seconds; only together with it.', 20),
  requestsPerDay: limit(COUNT_MAX, 'Of UTC.', 10_000),
  requestsPerMonth: limit(COUNT_MAX, 'Of UTC.', 100_000),
  tokensPerDay: limit(
    TOKENS_MAX,
    'What models read and wrote for the app since midnight, UTC; of an app alone.',
    2_000_000,
  ),
  tokensPerMonth: limit(TOKENS_MAX, 'The same since the first of the month.', 20_000_000),
})
export type CallLimits = Static<typeof CallLimits>

/** Those of a key and of its app, as far as there are any. */
export interface LimitPair {
  key?: CallLimits
  app?: CallLimits
}

/** `''` for the app as a whole. */
export interface LimitSubject {
  appId: string
  apiKey: string
}

/** `POST /internal/tenant/quotas/reserve`: a gateway takes requests out of a quota. */
export interface ReserveQuota extends LimitSubject {
  /** What the gateway did not use of its last block; absent when it had none. */
  unused?: { day: string; requests: number }
}

/** Which limit ended a reservation, and when it begins anew. */
export const QuotaEnd = Type.Object({
  limit: Type.Union([
    Type.Literal('requestsPerDay'),
    Type.Literal('requestsPerMonth'),
    Type.Literal('tokensPerDay'),
    Type.Literal('tokensPerMonth'),
  ]),
  max: Type.Integer(),
  /** Unix milliseconds. */
  resetsAtMs: Type.Number(),
})
export type QuotaEnd = Static<typeof QuotaEnd>

/** The answer: requests that this gateway may let through, until a moment; none, with the limit that is used up. */
export const QuotaBlock = Type.Object({
  requests: Type.Integer({ minimum: 0 }),
  /** The day that they were taken from, `2026-11-26`; '' when they were taken from none. */
  day: Type.String(),
  /** Unix milliseconds. */
  untilMs: Type.Number(),
  end: Type.Union([QuotaEnd, Type.Null()]),
})
export type QuotaBlock = Static<typeof QuotaBlock>
