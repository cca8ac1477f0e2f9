/** Vectors of questions that were asked lately. */
export interface QuestionMemory {
  find(model: string, text: string): Float32Array | undefined
  keep(model: string, text: string, vector: Float32Array): void
}

/** A few thousand questions. */
export const QUESTION_MEMORY_BYTES_MAX = 8_388_608
/** Someone may exchange a model behind its name; after this long everybody has noticed. */
const AGE_MS_MAX = 600_000
/** What an entry takes beside its numbers and its text, about. */
const ENTRY_BYTES = 200
const BYTES_PER_CHARACTER = 2

interface Entry {
  vector: Float32Array
  keptAtMs: number
  bytes: number
}

/** Keeps the vectors that were used last, so that a question asked again, or of another base with the same model, costs no model call. */
export const createQuestionMemory = (options: { bytesMax?: number; now?: () => number } = {}): QuestionMemory => {
  const { bytesMax = QUESTION_MEMORY_BYTES_MAX, now = Date.now } = options
  /** Oldest use first. */
  const entries = new Map<string, Entry>()
  let bytes = 0
  const drop = (key: string) => {
    bytes -= entries.get(key)?.bytes ?? 0
    entries.delete(key)
  }
  const put = (key: string, entry: Entry) => {
    drop(key)
    entries.set(key, entry)
    bytes += entry.bytes
  }
  return {
    find(model, text) {
      const key = keyOf(model, text)
      const entry = entries.get(key)
      if (!entry) return undefined
      if (now() - entry.keptAtMs > AGE_MS_MAX) {
        drop(key)
        return undefined
      }
      put(key, entry)
      return entry.vector
    },
    keep(model, text, vector) {
      const key = keyOf(model, text)
      put(key, { vector, keptAtMs: now(), bytes: vector.byteLength + key.length * BYTES_PER_CHARACTER + ENTRY_BYTES })
      for (const oldest of entries.keys()) {
        if (bytes <= bytesMax) return
        drop(oldest)
      }
    },
  }
}

const keyOf = (model: string, text: string): string => JSON.stringify([model, text])
