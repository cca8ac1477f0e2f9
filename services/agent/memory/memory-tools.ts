import type { PinnedTool } from '../loop/pinned-tool.ts'
import { ToolInputError } from '../toolbox/tool.ts'
import type { ToolContext, ToolOutcome } from '../toolbox/tool-outcome.ts'
import { MEMORY_CHARS_MAX, type MemoryStore } from './memory-store.ts'

/** The tools by which an agent notes facts about its user, and deletes them. */
export const memoryTools = (botId: string): PinnedTool[] => [
  {
    definition: {
      name: 'remember',
      description:
        'Notes one fact about the user for later conversations: a preference, a name, a circumstance that stays true. Not for what concerns this conversation alone, nor for secrets.',
      parameters: {
        type: 'object',
        properties: {
          fact: { type: 'string', description: 'One sentence that is understood without this conversation.' },
        },
        required: ['fact'],
      },
    },
    // Noted twice it is noted once.
    hasEffect: false,
    reference: { kind: 'memory', action: 'remember', botId },
  },
  {
    definition: {
      name: 'forget',
      description: 'Deletes a fact that was noted about the user: when it is no longer true, or the user asks for it.',
      parameters: {
        type: 'object',
        properties: { fact: { type: 'string', description: 'The fact as it was noted, or its main words.' } },
        required: ['fact'],
      },
    },
    hasEffect: false,
    reference: { kind: 'memory', action: 'forget', botId },
  },
]

/** Runs one of them. The same call again, after a crash, notes a fact once. Throws ToolInputError. */
export const runMemoryTool = async (
  memories: MemoryStore,
  tool: { action: 'remember' | 'forget'; botId: string; input: Record<string, unknown> },
  { appId, uid, idempotencyKey }: Pick<ToolContext, 'appId' | 'uid' | 'idempotencyKey'>,
): Promise<ToolOutcome> => {
  const { fact } = tool.input
  if (typeof fact !== 'string' || fact.trim() === '') throw new ToolInputError('Give the text "fact".')
  if (fact.length > MEMORY_CHARS_MAX) throw new ToolInputError(`A fact has at most ${MEMORY_CHARS_MAX} characters.`)
  const scope = { appId, botId: tool.botId, uid }
  if (tool.action === 'remember') {
    await memories.add(scope, { text: fact.trim(), source: 'agent', id: idOf(idempotencyKey) })
    return { text: 'Noted.', failed: false }
  }
  const answer = await memories.forget(scope, fact)
  if ('forgotten' in answer) return { text: `Forgotten: ${answer.forgotten}`, failed: false }
  return answer.candidates.length === 0
    ? { text: 'Nothing like that was noted.', failed: false }
    : { text: `Which of these? Call again with one of them:\n${answer.candidates.join('\n')}`, failed: true }
}

const ID_CHARS = 32
const idOf = (idempotencyKey: string): string =>
  new Bun.CryptoHasher('sha256').update(`memory ${idempotencyKey}`).digest('hex').slice(0, ID_CHARS)
