import type { UsageEntry, UsageSum } from './usage-entry.ts'

/** Providers and callers send what they like; more than this is no count of tokens. */
const TOKENS_MAX = 1e12
const COST_NANO_MAX = 1e15
const NAME_CHARS_MAX = 300

/** Sums by what tells rows of the table apart. */
export type UsageSums = Map<string, UsageSum>

/** Adds one call to the sum that it belongs to. What it holds can be stored afterwards, whatever was in the entry. */
export const addUsage = (sums: UsageSums, hour: string, entry: UsageEntry): void => {
  const added = toSum(hour, entry)
  const key = keyOf(added)
  const sum = sums.get(key)
  if (sum) change(sum, added, 1)
  else sums.set(key, added)
}

/** Takes one call out of the sum that it was added to. */
export const subtractUsage = (sums: UsageSums, hour: string, entry: UsageEntry): void => {
  const taken = toSum(hour, entry)
  const key = keyOf(taken)
  const sum = sums.get(key)
  if (!sum) return
  change(sum, taken, -1)
  if (sum.calls <= 0) sums.delete(key)
}

const change = (sum: UsageSum, by: UsageSum, sign: 1 | -1): void => {
  sum.calls += sign * by.calls
  sum.brokenCalls += sign * by.brokenCalls
  sum.estimatedCalls += sign * by.estimatedCalls
  sum.promptTokens += sign * by.promptTokens
  sum.completionTokens += sign * by.completionTokens
  sum.estimatedTokens += sign * by.estimatedTokens
  sum.costNano += sign * by.costNano
}

const keyOf = ({ hour, appId, model, currency }: UsageSum): string => `${hour}\0${appId}\0${model}\0${currency}`

const toSum = (hour: string, entry: UsageEntry): UsageSum => {
  const promptTokens = toCount(entry.promptTokens)
  const completionTokens = toCount(entry.completionTokens)
  return {
    hour,
    appId: toName(entry.appId),
    model: toName(entry.model),
    currency: toName(entry.currency),
    calls: 1,
    brokenCalls: entry.broken ? 1 : 0,
    estimatedCalls: entry.estimated ? 1 : 0,
    promptTokens,
    completionTokens,
    estimatedTokens: entry.estimated ? promptTokens + completionTokens : 0,
    costNano: toCount(entry.costNano, COST_NANO_MAX),
  }
}

const toCount = (value: number, max = TOKENS_MAX): number =>
  Number.isFinite(value) && value > 0 ? Math.min(max, Math.round(value)) : 0

/** PostgreSQL stores neither U+0000 nor half of a surrogate pair. */
const toName = (text: string): string => text.slice(0, NAME_CHARS_MAX).replaceAll('\0', '').toWellFormed()
