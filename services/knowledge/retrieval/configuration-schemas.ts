import { t } from 'elysia'
import type { RetrievalOverrides } from './retrieval-plan-policy.ts'
import { SearchOverrides } from './search-request-schemas.ts'

/** Ways to search that are compared at once. */
const CONFIGURATIONS_MAX = 8
/** Name of the configuration that changes nothing, where a request names none. */
export const CURRENT = 'current'

/**
 * Settings to compare, by name, each as what it does otherwise than the base. The embedding model is none of them: a base holds the vectors of one.
 */
export const Configurations = t.Record(
  t.String({ minLength: 1, maxLength: 60, pattern: '^[^\\u0000]+$' }),
  SearchOverrides,
  {
    minProperties: 1,
    maxProperties: CONFIGURATIONS_MAX,
    description:
      'Settings to compare, by a name of your choice; each says what it does otherwise than the base. Left out: the base as it is.',
    examples: [
      { current: {}, 'words only': { mode: 'lexical' }, 'more meaning': { weights: { lexical: 0.3, vector: 0.7 } } },
    ],
  },
)

export const configurationsOf = (given: typeof Configurations.static | undefined): [string, RetrievalOverrides][] =>
  Object.entries(given ?? { [CURRENT]: {} })
