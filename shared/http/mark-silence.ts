/** Stands between the items of a source that said nothing for too long. */
export const SILENCE = Symbol('silence')

/** Yields what the source yields, and `SILENCE` each time that nothing came for `silenceMs`. */
export async function* markSilence<Item>(
  source: AsyncIterable<Item>,
  silenceMs: number,
): AsyncGenerator<Item | typeof SILENCE> {
  const iterator = source[Symbol.asyncIterator]()
  try {
    let next = iterator.next()
    for (;;) {
      const result = await unlessSilent(next, silenceMs)
      if (result === SILENCE) {
        yield SILENCE
        continue
      }
      if (result.done) return
      yield result.value
      next = iterator.next()
    }
  } finally {
    // Not awaited: a source that is waiting for its next item answers only once it is told to stop, by a signal of its own.
    // Whatever it still says, or throws, has no reader any more.
    iterator.return?.().catch(() => undefined)
  }
}

const unlessSilent = async <Value>(value: Promise<Value>, silenceMs: number): Promise<Value | typeof SILENCE> => {
  let timer: ReturnType<typeof setTimeout> | undefined
  const silence = new Promise<typeof SILENCE>((resolve) => {
    timer = setTimeout(() => resolve(SILENCE), silenceMs)
  })
  try {
    return await Promise.race([value, silence])
  } finally {
    clearTimeout(timer)
  }
}
