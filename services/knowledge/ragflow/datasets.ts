import { Dataset, Datasets, readAnswer } from './ragflow-answers.ts'
import type { RagflowClient } from './ragflow-client.ts'
import { orIfAbsent, RagflowFailure } from './ragflow-failure.ts'

/** How long a dataset's id is believed. */
const KNOWN_MS_MAX = 60_000
const DESCRIPTION = 'Files that came through Orrery.'

/** Datasets by name and by id. What was found is remembered for a minute, what was not is asked again. */
export const createDatasets = (ask: RagflowClient) => {
  const known = new Map<string, { id: string; untilMs: number }>()

  const remember = (key: string, id: string): string => {
    known.set(key, { id, untilMs: Date.now() + KNOWN_MS_MAX })
    return id
  }
  const recall = (key: string): string | undefined => {
    const found = known.get(key)
    return found && found.untilMs > Date.now() ? found.id : undefined
  }

  const list = async (query: Record<string, string>, signal: AbortSignal) => {
    const asked = ask({
      method: 'GET',
      path: '/datasets',
      query: { page: '1', page_size: '30', ...query },
      isRepeatable: true,
      signal,
    })
    // A name or an id that is not there is an error to RAGFlow, not an empty list.
    return readAnswer(Datasets, await orIfAbsent(asked, []))
  }

  const find = async (name: string, signal: AbortSignal): Promise<string | undefined> => {
    const recalled = recall(`name ${name}`)
    if (recalled !== undefined) return recalled
    const found = await list({ name }, signal)
    // RAGFlow takes names that differ in case for the same.
    const lower = name.toLowerCase()
    const match = found.find((each) => each.name === name) ?? found.find((each) => each.name.toLowerCase() === lower)
    return match && remember(`name ${name}`, match.id)
  }

  return {
    find,

    async findOrCreate(name: string, signal: AbortSignal): Promise<string> {
      const found = await find(name, signal)
      if (found !== undefined) return found
      try {
        const created = await ask({
          method: 'POST',
          path: '/datasets',
          // No chunker is named: versions name theirs differently, and each has the general one as its default.
          body: { name, description: DESCRIPTION },
          isRepeatable: false,
          signal,
        })
        return remember(`name ${name}`, readAnswer(Dataset, created).id)
      } catch (error) {
        // Somebody else made it between the look and the making.
        const now = error instanceof RagflowFailure && error.reason === 'refused' ? await find(name, signal) : undefined
        if (now !== undefined) return now
        throw error
      }
    },

    async exists(id: string, signal: AbortSignal): Promise<boolean> {
      if (recall(`id ${id}`) !== undefined) return true
      const found = (await list({ id }, signal)).some((each) => each.id === id)
      if (found) remember(`id ${id}`, id)
      return found
    },
  }
}

export type RagflowDatasets = ReturnType<typeof createDatasets>
