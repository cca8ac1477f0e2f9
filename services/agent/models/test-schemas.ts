import { t } from 'elysia'
import { modelFields } from './model-field-schemas.ts'

const example = {
  kind: 'chat' as const,
  text: 'OK',
  firstTokenMs: 212.5,
  totalMs: 240.1,
  usage: { promptTokens: 9, completionTokens: 1, totalTokens: 10 },
}

export const ModelTest = t.Object(
  {
    kind: modelFields.kind,
    totalMs: t.Number(),
    text: t.Optional(t.String({ description: 'How a chat model answered.' })),
    firstTokenMs: t.Optional(t.Number()),
    usage: t.Optional(t.Object({ promptTokens: t.Integer(), completionTokens: t.Integer(), totalTokens: t.Integer() })),
    dimensions: t.Optional(t.Integer({ description: 'Numbers in a vector of an embedding model.' })),
    scores: t.Optional(
      t.Object(
        { answering: t.Number(), other: t.Number() },
        { description: 'Of a rerank model, for a document that answers the question and for one that does not.' },
      ),
    ),
  },
  { examples: [example] },
)
