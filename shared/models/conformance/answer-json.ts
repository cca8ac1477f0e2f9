/** A server that answers every request with these events, and keeps what it was asked. Stops when its scope ends. */
export const answerEvents = (answer: (body: Record<string, unknown>, call: number) => Response | object[]) => {
  const asked: { path: string; body: Record<string, unknown> }[] = []
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      // safe: the models that are tested send objects
      const body = (await request.json()) as Record<string, unknown>
      const { pathname, search } = new URL(request.url)
      asked.push({ path: pathname + search, body })
      const answered = answer(body, asked.length)
      if (answered instanceof Response) return answered
      return new Response(answered.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''))
    },
  })
  return {
    url: `http://127.0.0.1:${server.port}`,
    asked,
    async [Symbol.asyncDispose]() {
      await server.stop(true)
    },
  }
}
