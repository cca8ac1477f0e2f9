import type { RagflowClient } from './ragflow-client.ts'
import { RagflowFailure } from './ragflow-failure.ts'

/** RAGFlow up to 0.24 says the same by a code for everything it did not expect, with the name of the error in its text. */
const METHOD_REFUSED = /MethodNotAllowed|method (?:is )?not allowed/i

/** Changes something by PATCH, which RAGFlow wants since 0.25; by PUT where an older one does not know it. */
export const patchOrPut = async (
  ask: RagflowClient,
  change: { path: string; body: object; signal: AbortSignal },
): Promise<void> => {
  try {
    await ask({ method: 'PATCH', isRepeatable: true, ...change })
  } catch (error) {
    if (!(error instanceof RagflowFailure) || !isMethodUnknown(error)) throw error
    await ask({ method: 'PUT', isRepeatable: true, ...change })
  }
}

const isMethodUnknown = (error: RagflowFailure): boolean =>
  error.reason === 'refused' && (error.ragflowCode === 405 || METHOD_REFUSED.test(error.message))
