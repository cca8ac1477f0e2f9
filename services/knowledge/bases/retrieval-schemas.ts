import { t } from 'elysia'
import { DEFAULT_RETRIEVAL, FUSIONS, RETRIEVAL_MODES } from './retrieval-settings.ts'

export const MODEL_NAME_CHARACTERS_MAX = 200

export const ModelName = (description: string) =>
  t.String({ minLength: 1, maxLength: MODEL_NAME_CHARACTERS_MAX, description, examples: ['small-embedder'] })

const Share = (description: string) => t.Number({ minimum: 0, maximum: 1, description })

/** How a base is searched; see `RetrievalSettings`. */
export const Retrieval = t.Object(
  {
    // Elysia would fill in the first of the values where a request says none.
    mode: t.UnionEnum(RETRIEVAL_MODES, {
      default: undefined,
      description: 'By words, by meaning, or by both. Without an embedding model every mode is lexical.',
    }),
    embeddingModel: t.Nullable(ModelName('A saved model of kind `embedding`; null: no vectors are made.')),
    rerankModel: t.Nullable(ModelName('A saved model of kind `rerank` that puts the best candidates in order.')),
    fusion: t.UnionEnum(FUSIONS, { default: undefined, description: 'How two ranked lists become one.' }),
    weights: t.Object({
      lexical: Share('Weight of the list that was found by words.'),
      vector: Share('Weight of the list that was found by meaning.'),
    }),
    scoreMin: Share('Hits with a lower score are left out.'),
  },
  { examples: [DEFAULT_RETRIEVAL] },
)

/** What a request may leave out stays as it is. */
export const RetrievalChange = t.Partial(Retrieval, {
  minProperties: 1,
  examples: [{ embeddingModel: 'small-embedder', mode: 'hybrid' }],
})
