import { CallError } from './call-api.js'
import { readEvents } from './read-events.js'

/**
 * The pieces of a streamed answer: `{kind: 'text' | 'thought' | 'tool', text}`. Reads OpenAI chunks and the wire's frames, which share their
 * shape but for the wire's numeric `code`. Throws CallError when the stream carries a failure.
 */
export async function* readAnswer(response) {
  for await (const data of readEvents(response)) {
    if (data === '[DONE]') return
    const frame = JSON.parse(data)
    const failure = failureOf(frame)
    if (failure) throw failure
    yield* piecesOf(frame.choices?.[0]?.delta ?? {})
  }
}

const failureOf = ({ error, code, message }) => {
  if (error) return new CallError(200, `${error.message} (${error.code ?? error.type})`)
  return typeof code === 'number' && code !== 0 ? new CallError(200, `${message} (${code})`) : undefined
}

const piecesOf = ({ reasoning_content: thought, tool_calls: calls, content }) => [
  ...(thought ? [{ kind: 'thought', text: thought }] : []),
  ...(calls ?? []).flatMap((call) => (call.function?.name ? [{ kind: 'tool', text: call.function.name }] : [])),
  ...(content ? [{ kind: 'text', text: content }] : []),
]
