import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What arrived, byte for byte: nothing is decoded or normalised. */
export interface Arrived {
  method: string
  /** Path and query as they were written. */
  target: string
  /** Lower-case names. */
  headers: Record<string, string>
  body: Buffer
}

/** A server that keeps what it is sent, and answers with it as JSON, or as `answer` says. */
export const startEchoServer = async (answer: (arrived: Arrived) => Response | Promise<Response> = echo) => {
  const arrived: Arrived[] = []
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
    const one = { method: request.method ?? '', target: request.url ?? '', headers, body: Buffer.concat(parts) }
    arrived.push(one)
    const answered = await answer(one)
    response.writeHead(answered.status, Object.fromEntries(answered.headers))
    response.end(Buffer.from(await answered.arrayBuffer()))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    arrived,
    /** The last request, forgotten with all others by the call. */
    take(): Arrived {
      const last = arrived.at(-1)
      arrived.length = 0
      if (!last) throw new Error('Nothing arrived.')
      return last
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export type EchoServer = Awaited<ReturnType<typeof startEchoServer>>

const echo = ({ method, target, headers, body }: Arrived): Response =>
  Response.json({ method, target, headers, body: body.toString('base64') })
