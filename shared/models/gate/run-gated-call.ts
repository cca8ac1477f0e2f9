import { AppError } from '#shared/errors/app-error.ts'
import type { AppAdmission, GatedModel, ModelGate } from './model-gate.ts'

export interface GatedCall {
  gate: ModelGate
  app: AppAdmission
  model: GatedModel
  /** Tokens of the question, for a provider that tells none. */
  estimate: number
  hasFallback: boolean
  signal: AbortSignal
}

/** Asks a question whose answer comes whole, with a place of the model and on the books. */
export const runGatedCall = async <Answer extends { promptTokens: number }>(
  call: GatedCall,
  ask: () => Promise<Answer>,
): Promise<Answer> => {
  const estimated = { promptTokens: call.estimate, completionTokens: 0, estimated: true }
  const admitted = await call.gate.admitCall(call.app, call.model, call)
  admitted.begin(() => estimated)
  try {
    const answer = await ask()
    const told = { promptTokens: answer.promptTokens, completionTokens: 0, estimated: false }
    await admitted.end(answer.promptTokens > 0 ? told : estimated, 'completed')
    return answer
  } catch (error) {
    const code = error instanceof AppError ? error.code : 'failed'
    const isCharged = call.signal.aborted || code === 'MODEL_TIMEOUT' || code === 'MODEL_BAD_ANSWER'
    const stored = admitted.end(
      isCharged ? estimated : { ...estimated, promptTokens: 0, estimated: false },
      call.signal.aborted ? 'abandoned' : code,
    )
    if (!call.signal.aborted) await stored
    throw error
  }
}

/** Runs some at the same time, keeps the order of the items. The first failure stops those that have not begun, and aborts the others. */
export const inParallel = async <Item, Result>(
  items: readonly Item[],
  options: { atOnceMax: number; signal: AbortSignal },
  run: (item: Item, signal: AbortSignal) => Promise<Result>,
): Promise<Result[]> => {
  const failed = new AbortController()
  const signal = AbortSignal.any([options.signal, failed.signal])
  const results: Result[] = []
  const left = items.entries()
  const worker = async () => {
    for (const [place, item] of left) {
      signal.throwIfAborted()
      results[place] = await run(item, signal)
    }
  }
  const workers = Array.from({ length: Math.min(options.atOnceMax, items.length) }, worker)
  try {
    await Promise.all(workers)
  } catch (error) {
    failed.abort(error)
    await Promise.allSettled(workers)
    throw error
  }
  return results
}
