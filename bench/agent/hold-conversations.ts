/** One finished answer, as a client saw it. */
export interface SeenAnswer {
  /** What lies between client and model: from asking to the model's hearing of it, and from its first token to the client's reading of it. In ms. */
  addedMs: number
  /** Of its text. */
  tokens: number
}

export interface Asked {
  url: string
  headers: Record<string, string>
  body: string
}

const nowUs = () => (performance.timeOrigin + performance.now()) * 1000

/** What the first token of paced-model-server.ts says. */
const STAMPS = /<(\d+):(\d+)>/

/**
 * Keeps `streams` answers open at a time for `seconds`: each client asks again when its answer has ended. They begin spread over `spreadMs`. Throws
 * when an answer is no answer of the model.
 */
export const holdConversations = async (
  asked: Asked,
  load: { streams: number; seconds: number; spreadMs: number },
): Promise<SeenAnswer[]> => {
  const answers: SeenAnswer[] = []
  const endsMs = performance.now() + load.seconds * 1000
  const client = async (index: number) => {
    await Bun.sleep((load.spreadMs * index) / load.streams)
    while (performance.now() < endsMs) answers.push(await readAnswer(asked))
  }
  await Promise.all(Array.from({ length: load.streams }, (_, index) => client(index)))
  return answers
}

const readAnswer = async ({ url, headers, body }: Asked): Promise<SeenAnswer> => {
  const sentUs = nowUs()
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body,
  })
  if (!response.ok || !response.body) throw new Error(`answered ${response.status}: ${await response.text()}`)
  const decoder = new TextDecoder()
  let text = ''
  let addedMs: number | undefined
  for await (const bytes of response.body) {
    const readUs = nowUs()
    text += decoder.decode(bytes, { stream: true })
    if (addedMs !== undefined) continue
    const [, receivedUs, firstUs] = STAMPS.exec(text) ?? []
    if (firstUs !== undefined) addedMs = (Number(receivedUs) - sentUs + (readUs - Number(firstUs))) / 1000
  }
  // Pieces of one read may come as one; the first token is no word.
  const tokens = text.split(' word').length
  if (addedMs === undefined) throw new Error(`no token in: ${text.slice(0, 500)}`)
  return { addedMs, tokens }
}
