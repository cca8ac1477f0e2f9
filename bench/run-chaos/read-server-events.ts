export interface ServerEvent {
  id: string | undefined
  data: string
}

/** The whole events of a stream; ends with it, and rejects when it breaks. What is cut within an event is left out. */
export async function* readServerEvents(response: Response): AsyncGenerator<ServerEvent> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const bytes of response.body ?? []) {
    text += decoder.decode(bytes, { stream: true })
    const parts = text.split('\n\n')
    text = parts.pop() ?? ''
    for (const part of parts) {
      const data = /^data: ?(.*)$/m.exec(part)?.[1]
      if (data !== undefined) yield { id: /^id: ?(.*)$/m.exec(part)?.[1], data }
    }
  }
}
