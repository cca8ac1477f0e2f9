import type { ChatMessage } from '#shared/models/chat-model.ts'
import type { OutputDeclaration } from '../../definition/plan.ts'
import { wireCodes } from '../../definition/wire-codes.ts'
import { NodeError } from '../../engine/node-error.ts'
import type { NodeExecution } from '../../engine/node-execution.ts'
import { askModel, readAnswerObject } from '../ask-model.ts'
import { coerceExtracted } from '../coerce-extracted.ts'
import { selectHistory } from '../select-history.ts'
import type { QuestionParameters } from './question-parameters.ts'

/** A conversation that fills slots, as far as it came. Plain JSON: it waits in the journal with the run. */
export interface Dialogue {
  /** How often the caller was asked for what was missing. */
  rounds: number
  /** What was asked last. */
  question: string
  values: Record<string, unknown>
  said: { role: 'user' | 'assistant'; content: string }[]
}

interface SlotReading {
  execution: NodeExecution
  parameters: QuestionParameters
  instruction: string
  slots: readonly OutputDeclaration[]
  dialogue: Dialogue
  reply: string
}

const TASK =
  'You fill a form from what the user says. Answer with one JSON object and nothing else: {"role": "assistant", "content": <your next question, about what is still missing>, ' +
  '"completed": {<field>: <value>}, "incomplete": {<field>: <what is missing>}}. Take values from what the user said only. When every required field has a value, "incomplete" is {}.'

/**
 * Lets the model read one more reply; what that costs is not part of the wire's usage. Gives the values when nothing required is missing, else the conversation with the next question.
 * Throws NodeError (23803) when the model gives no JSON, or the caller was asked often enough.
 */
export const readSlots = async (
  reading: SlotReading,
): Promise<{ values: Record<string, unknown> } | { next: Dialogue }> => {
  const { dialogue, slots, reply, parameters } = reading
  const said: Dialogue['said'] = [
    ...dialogue.said,
    { role: 'assistant', content: dialogue.question },
    { role: 'user', content: reply },
  ]
  const { text } = await askModel(parameters, { messages: toMessages(reading, said) }, reading.execution)
  const answer = readAnswerObject(text)
  if (!answer) throw new NodeError(wireCodes.QUESTION_REPLY_UNHANDLED, 'the model gave no JSON object')
  const values = { ...dialogue.values, ...objectOf(answer.completed) }
  const missing = slots.filter(({ name, required }) => required && isMissing(values[name]))
  if (missing.length === 0 && Object.keys(objectOf(answer.incomplete)).length === 0) {
    return { values: coerceExtracted(values, slots) }
  }
  const rounds = dialogue.rounds + 1
  if (rounds > parameters.directAnswer.maxRetryCounts) {
    const names = missing.map(({ name }) => name).join(', ')
    throw new NodeError(wireCodes.QUESTION_REPLY_UNHANDLED, `still missing after ${rounds} replies: ${names}`)
  }
  const question = typeof answer.content === 'string' && answer.content !== '' ? answer.content : dialogue.question
  return { next: { rounds, question, values, said } }
}

const toMessages = ({ execution, instruction, slots, dialogue, parameters }: SlotReading, said: Dialogue['said']) => {
  const fields = slots.map(({ name, schema, required }) => ({ name, required, schema }))
  const system = [
    TASK,
    `Fields: ${JSON.stringify(fields)}`,
    `Known so far: ${JSON.stringify(dialogue.values)}`,
    instruction.trim(),
  ]
    .filter((line) => line !== '')
    .join('\n')
  const limits = { rounds: said.length, tokensMax: parameters.maxTokens, around: [system] }
  const messages: ChatMessage[] = [
    { role: 'system', content: system },
    ...selectHistory(execution.run.history, { ...limits, rounds: 1 }),
    ...said,
  ]
  return messages
}

const objectOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}

const isMissing = (value: unknown): boolean => value === undefined || value === null || value === ''
