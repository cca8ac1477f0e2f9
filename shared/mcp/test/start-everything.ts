import { freePort } from '#shared/testing/free-port.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import type { HttpTarget } from '../mcp-target.ts'

/** The reference server that exercises every feature of the protocol, as npm has it. */
export const EVERYTHING = new URL(
  '../../../node_modules/@modelcontextprotocol/server-everything/dist/index.js',
  import.meta.url,
).pathname

export interface EverythingServer extends AsyncDisposable {
  target: HttpTarget
  port: number
  /** Ends the process at once, as a crash does. */
  kill(): Promise<void>
}

/** Starts it as a process that listens on a free port of this machine. */
export const startEverything = async (
  transport: 'streamable-http' | 'sse',
  options: { port?: number } = {},
): Promise<EverythingServer> => {
  const port = options.port ?? freePort()
  const mode = transport === 'sse' ? 'sse' : 'streamableHttp'
  const child = Bun.spawn([process.execPath, EVERYTHING, mode], {
    env: { PATH: process.env.PATH ?? '', PORT: String(port) },
    stdout: 'ignore',
    stderr: 'ignore',
  })
  const url = `http://127.0.0.1:${port}/${transport === 'sse' ? 'sse' : 'mcp'}`
  const kill = async () => {
    child.kill('SIGKILL')
    await child.exited
  }
  await waitFor(() => isListening(port), { what: 'the reference server to listen' })
  return { target: { transport, url, headers: {} }, port, kill, [Symbol.asyncDispose]: kill }
}

const isListening = async (port: number): Promise<boolean> => {
  try {
    const socket = await Bun.connect({ hostname: '127.0.0.1', port, socket: { data() {} } })
    socket.end()
    return true
  } catch {
    return false
  }
}
