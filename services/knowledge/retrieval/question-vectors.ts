import { type EmbedTextsDependencies, embedTexts } from '../embeddings/embed-texts.ts'
import type { QuestionMemory } from '../embeddings/question-memory.ts'
import { type Asked, type AskModelDependencies, askModel } from './ask-model.ts'

export interface QuestionVectorsDependencies extends AskModelDependencies, EmbedTextsDependencies {
  questionMemory: QuestionMemory
}

/** Somebody waits for the answer; after this long it is given without the model. */
const EMBED_MS_MAX = 5_000

/** Vectors of one question: each model is asked once, however many searches of the question use it, and not at all for one that was asked lately. */
export interface QuestionVectors {
  of(model: string, baseId: string): Promise<Asked<Float32Array>>
}

export const createQuestionVectors = (
  dependencies: QuestionVectorsDependencies,
  question: { text: string; appId: string | undefined; signal: AbortSignal | undefined },
): QuestionVectors => {
  const asked = new Map<string, Promise<Asked<Float32Array>>>()
  const ask = (model: string, baseId: string): Promise<Asked<Float32Array>> => {
    const remembered = dependencies.questionMemory.find(model, question.text)
    if (remembered) return Promise.resolve({ answer: remembered, tookMs: 0 })
    return askModel(
      dependencies,
      { model, kind: 'embedding', msMax: EMBED_MS_MAX, signal: question.signal },
      async (signal) => {
        const texts = { baseId, model, appId: question.appId ?? '', texts: [question.text] }
        const [vector] = await embedTexts(dependencies, texts, signal)
        if (!vector) throw new Error('no vector for the question')
        dependencies.questionMemory.keep(model, question.text, vector)
        return vector
      },
    )
  }
  return {
    of(model, baseId) {
      const known = asked.get(model) ?? ask(model, baseId)
      asked.set(model, known)
      return known
    },
  }
}
