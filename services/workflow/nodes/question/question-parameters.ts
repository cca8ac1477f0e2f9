import { type Static, Type } from '@sinclair/typebox'
import { askedModelParameters } from '../ask-model.ts'

/** The wire's console offers up to 5 minutes; whoever writes protocols may let a run wait for a year. */
const TIMEOUT_MINUTES_MAX = 366 * 24 * 60
const RETRIES_MAX = 5

/** An option whose `type` is this takes every reply. */
export const DEFAULT_OPTION = 1

const optionSchema = Type.Object({
  id: Type.String({ minLength: 1 }),
  name: Type.String({ pattern: '^([A-Z]|default)$' }),
  type: Type.Integer({ minimum: 1, maximum: 2 }),
  content_type: Type.String({ default: 'string' }),
  content: Type.String({ default: '' }),
})

export const questionParameters = Type.Object({
  ...askedModelParameters,
  question: Type.String(),
  answerType: Type.Union([Type.Literal('option'), Type.Literal('direct')]),
  /** Minutes. */
  timeout: Type.Number({ exclusiveMinimum: 0, maximum: TIMEOUT_MINUTES_MAX }),
  needReply: Type.Boolean(),
  directAnswer: Type.Object(
    {
      handleResponse: Type.Boolean({ default: false }),
      maxRetryCounts: Type.Integer({ default: 2, minimum: 1, maximum: RETRIES_MAX }),
    },
    { default: { handleResponse: false, maxRetryCounts: 2 } },
  ),
  optionAnswer: Type.Array(optionSchema, { default: [] }),
  instruction: Type.String({ default: '' }),
})

export type QuestionParameters = Static<typeof questionParameters>
export type QuestionOption = Static<typeof optionSchema>
