import { waitOutOutage } from '#shared/journal/database-outage.ts'
import type { CallRepository } from './call-repository.ts'

/** A database that is away longer has more to lose than an answer. */
const KEEP_MS_MAX = 60_000

/** Keeps the answer of a call that was made, through an outage of the database too: without it, whoever comes back would have the call made again. */
export const keepAnswer = (calls: Pick<CallRepository, 'keep'>, callHash: string, answer: unknown): Promise<void> =>
  waitOutOutage(AbortSignal.timeout(KEEP_MS_MAX), () => calls.keep(callHash, JSON.stringify(answer)))
