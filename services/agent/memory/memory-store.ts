import { storableText } from '#shared/journal/run-writer.ts'
import { tokensOfBytes } from '#shared/models/usage/estimate-tokens.ts'
import type { MemoryRow } from '../tables.ts'
import { MemoryFullError } from './memory-errors.ts'
import type { MemoryRepository, MemoryScope } from './memory-repository.ts'
import { termsOf } from './memory-terms.ts'

/** Facts that an agent remembers of one user. */
export const MEMORIES_MAX = 1_000
/** Characters of one fact. */
export const MEMORY_CHARS_MAX = 2_000
/** Facts that are considered for one prompt. */
const RECALLED_MAX = 200

export type MemoryStore = ReturnType<typeof createMemoryStore>

/** What agents remember of users: noted by a tool or through the API, found by the words that a fact shares with a question. */
export const createMemoryStore = (memories: MemoryRepository) => ({
  ...memories,

  /** Notes a fact; noting it again under the same id changes nothing. Throws MemoryFullError. */
  async add(
    scope: MemoryScope,
    { text, source, id = newId() }: { text: string; source: MemoryRow['source']; id?: string },
  ): Promise<MemoryRow | undefined> {
    const known = await memories.find(scope.appId, id)
    if (known) return known
    if ((await memories.count(scope)) >= MEMORIES_MAX) throw new MemoryFullError(MEMORIES_MAX)
    await memories.insert({ id, ...scope, ...toStored(text), source })
    return memories.find(scope.appId, id)
  },

  change: (id: string, text: string) => memories.update(id, toStored(text)),

  /** Facts for a prompt: the most relevant first, as many as fit. */
  async recall(scope: MemoryScope, asked: { question: string; tokensMax: number }): Promise<string[]> {
    const found = await memories.search(scope, termsOf(asked.question), RECALLED_MAX)
    const facts: string[] = []
    let tokens = 0
    for (const { text } of found) {
      tokens += tokensOfBytes(Buffer.byteLength(text))
      if (tokens > asked.tokensMax) break
      facts.push(text)
    }
    return facts
  },

  /**
   * Deletes the fact that a text names: the one that reads the same, or else the only one that holds all of its words.
   *
   * @returns what was deleted; the candidates where there are several
   */
  async forget(scope: MemoryScope, text: string): Promise<{ forgotten: string } | { candidates: string[] }> {
    const terms = termsOf(text)
    const found = await memories.search(scope, terms, RECALLED_MAX)
    const same = found.find((memory) => memory.text.trim().toLowerCase() === text.trim().toLowerCase())
    const holding = found.filter((memory) => {
      const words = new Set(memory.terms.split(' '))
      return terms.length > 0 && terms.every((term) => words.has(term))
    })
    const meant = same ?? (holding.length === 1 ? holding[0] : undefined)
    if (!meant) return { candidates: holding.map((memory) => memory.text) }
    await memories.remove(meant.id)
    return { forgotten: meant.text }
  },
})

const toStored = (text: string) => {
  const stored = storableText(text)
  return { text: stored, terms: termsOf(stored).join(' ') }
}

/** Later ones are larger. */
const newId = (): string => Bun.randomUUIDv7('hex').replaceAll('-', '')
