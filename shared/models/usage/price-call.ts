import type { ModelPrice } from '../model-facts.ts'

const NANO_PER_TOKEN = 1_000

/** Cost in billionths of the currency: a price per million tokens is a thousand of these per token. 0 without a price. */
export const priceCall = (
  price: ModelPrice | null | undefined,
  tokens: { promptTokens: number; completionTokens: number },
): number =>
  price
    ? Math.round(
        (tokens.promptTokens * price.promptPerMillion + tokens.completionTokens * price.completionPerMillion) *
          NANO_PER_TOKEN,
      )
    : 0
