/** Waits for an answer, but not for ever. The question itself goes on; what becomes of it is not known. */
export const answerWithin = async <Value>(msMax: number, answer: PromiseLike<Value>): Promise<Value> => {
  let timer: Timer | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new LateAnswerError(msMax)), msMax)
  })
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}

/** Its code marks it as an outage: the same question may be asked again. */
export class LateAnswerError extends Error {
  readonly code = 'ANSWER_LATE'

  constructor(msMax: number) {
    super(`The database gave no answer within ${msMax} ms.`)
    this.name = 'LateAnswerError'
  }
}
