/**
 * Lets callers who ask the same thing at the same time share one answer. At most one question a key is under way; who comes meanwhile shares the next
 * one. So each gets an answer to a question that was sent after he asked, never an older one, and however many ask, a key costs one
 * question at a time.
 *
 * @param keyOf names what is asked for: equal keys must be equal questions
 */
export const shareQuestions = <Input, Answer>(
  keyOf: (input: Input) => string,
  ask: (input: Input) => Promise<Answer>,
): ((input: Input) => Promise<Answer>) => {
  const lines = new Map<string, Line<Answer>>()

  const send = (key: string, input: Input): Line<Answer> => {
    const line: Line<Answer> = { current: ask(input), next: undefined }
    lines.set(key, line)
    const leave = () => {
      if (!line.next) lines.delete(key)
    }
    line.current.then(leave, leave)
    return line
  }

  return (input) => {
    const key = keyOf(input)
    const line = lines.get(key)
    if (!line) return send(key, input).current
    const sendNext = () => send(key, input).current
    line.next ??= line.current.then(sendNext, sendNext)
    return line.next
  }
}

interface Line<Answer> {
  current: Promise<Answer>
  /** Of those who came while `current` was under way; sent when that is over. */
  next: Promise<Answer> | undefined
}
