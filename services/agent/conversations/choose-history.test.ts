import { describe, expect, test } from 'bun:test'
import { seededRandom } from '#shared/testing/seeded-random.ts'
import type { ConversationMemory } from '../agents/agent-settings.ts'
import { chooseForSummary, chooseHistory, type PastMessage } from './choose-history.ts'

/** `u`: a question, `a`: an answer, `-`: an answer that is empty. */
const past = (roles: string): PastMessage[] =>
  [...roles].map((role, sequence) => ({
    sequence,
    role: role === 'u' ? 'user' : 'assistant',
    content: role === '-' ? ' ' : `${role}${sequence}`,
    fileIds: [],
  }))
const shown = (messages: readonly PastMessage[]) => messages.map(({ content }) => content).join(' ')

describe('a window', () => {
  test.each([
    ['', 4, ''],
    ['ua', 4, 'u0 a1'],
    ['uauaua', 4, 'u2 a3 u4 a5'],
    ['uauaua', 3, 'u4 a5'],
    ['uauaua', 1, ''],
    // A question whose answer never came, and one with an empty answer, are left out with it.
    ['uauu', 4, 'u0 a1'],
    ['u-ua', 4, 'u2 a3'],
    ['uau', 4, 'u0 a1'],
  ])('of %j, the last %d: %j', (roles, messages, expected) => {
    expect(shown(chooseHistory(past(roles), { mode: 'window', messages }))).toBe(expected)
  })
})

test('a budget takes as many of the last messages as fit, whole', () => {
  const long = past('uauaua').map((message) => ({ ...message, content: 'x'.repeat(400) }))
  // 100 tokens each, and 4 for each message's frame.
  expect(chooseHistory(long, { mode: 'budget', tokens: 104 * 4 })).toHaveLength(4)
  expect(chooseHistory(long, { mode: 'budget', tokens: 104 * 4 - 1 })).toHaveLength(2)
  expect(chooseHistory(long, { mode: 'budget', tokens: 1 })).toHaveLength(0)
})

test('a summary takes in all but the last messages, once there are twice as many', () => {
  const memory: ConversationMemory = { mode: 'summary', messages: 4, model: null }
  expect(chooseForSummary(past('uauaua'), memory)).toEqual([])
  expect(shown(chooseForSummary(past('uauauaua'), memory))).toBe('u0 a1 u2 a3')
  // The last question may still be asked again, so it is never in a summary.
  expect(shown(chooseForSummary(past('uaua'), { ...memory, messages: 1 }))).toBe('u0 a1')
  expect(chooseForSummary(past('uauauaua'), { mode: 'window', messages: 1 })).toEqual([])
})

test('whatever happened before, what a turn reads takes turns, begins with a question and ends with an answer', () => {
  const random = seededRandom(3)
  for (let round = 0; round < 2_000; round++) {
    const roles = Array.from({ length: Math.floor(random() * 14) }, () => 'uua-a'[Math.floor(random() * 5)]).join('')
    const memories: ConversationMemory[] = [
      { mode: 'window', messages: 1 + Math.floor(random() * 6) },
      { mode: 'budget', tokens: 1 + Math.floor(random() * 40) },
      { mode: 'summary', messages: 1 + Math.floor(random() * 3), model: null },
    ]
    for (const memory of memories) {
      const chosen = chooseHistory(past(roles), memory)
      expect(chosen.length % 2).toBe(0)
      for (const [index, message] of chosen.entries()) {
        expect(message.role).toBe(index % 2 === 0 ? 'user' : 'assistant')
        expect(message.sequence).toBeGreaterThan(chosen[index - 1]?.sequence ?? -1)
      }
      const summarised = chooseForSummary(past(roles), memory)
      expect(summarised.at(-1)?.role ?? 'assistant').toBe('assistant')
      if (memory.mode === 'window') expect(chosen.length).toBeLessThanOrEqual(memory.messages)
    }
  }
})
