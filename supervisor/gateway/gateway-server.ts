import { rmSync } from 'node:fs'
import type { Settings } from '#shared/config/settings.ts'
import { problemResponse, toProblem } from '#shared/errors/problem.ts'
import type { Logger } from '#shared/logging/logger.ts'
import type { AnswerRequest } from './answer-request.ts'
import type { Door } from './exchange.ts'
import { describeHolder, findPortHolder } from './port-holder.ts'
import { SERVICE_PORTS } from './route-table.ts'

/** The main port could not be had. */
export class ListenFailure extends Error {
  /** True when the port is taken, false when the address cannot be listened on at all. */
  readonly taken: boolean

  constructor(message: string, taken: boolean) {
    super(message)
    this.taken = taken
  }
}

export interface GatewayServer {
  port: number
  /** The well-known ports that were to be had, by service. */
  servicePorts: Record<string, number>
  /** One line for each well-known port that could not be had. */
  warnings: string[]
  /** Takes no new connection from outside; what is in flight goes on. The internal socket stays open. */
  stopListening(): void
  /** Cuts what is left. */
  close(): Promise<void>
}

/** A client may be silent this long between and within its requests. Answers may take longer. */
const IDLE_SECONDS = 120

/** Listens on the main port, on the well-known ports that are free, and on the internal socket. Throws ListenFailure. */
export const startGatewayServer = (options: {
  settings: Settings
  socketPath: string
  answer: AnswerRequest
  logger: Logger
  /** For tests: which well-known ports there are. */
  servicePorts?: Readonly<Record<string, number>>
}): GatewayServer => {
  const { settings, answer, logger } = options
  const base = (door: Door) => ({
    development: false as const,
    maxRequestBodySize: Number.MAX_SAFE_INTEGER, // the gateway counts itself, so that its answer says what to do
    fetch: (request: Request, server: Bun.Server<undefined>) =>
      answer(request, door, {
        address: door.kind === 'internal' ? undefined : server.requestIP(request)?.address,
        allowSilence: () => server.timeout(request, 0),
      }),
    error(error: Error) {
      logger.error({ err: error }, 'unexpected failure in the listener')
      return problemResponse(toProblem(error))
    },
  })

  // Said aloud, because `development: false` alone makes Bun share the port with whoever else asks for it.
  const tcp = { idleTimeout: IDLE_SECONDS, reusePort: false }
  const main = listenMain(settings, () =>
    Bun.serve({ ...base({ kind: 'public' }), ...tcp, hostname: settings.HOST, port: settings.PORT }),
  )
  // The name is fixed, since workers know it, and a gateway that was killed leaves its file behind.
  rmSync(options.socketPath, { force: true })
  const internal = Bun.serve({ ...base({ kind: 'internal' }), unix: options.socketPath })
  const warnings: string[] = []
  const ports = settings.ORRERY_SERVICE_PORTS === 'on' ? Object.entries(options.servicePorts ?? SERVICE_PORTS) : []
  const servicePorts: Record<string, number> = {}
  const outside = [main]
  for (const [service, port] of ports) {
    if (port === main.port) continue
    try {
      const door = base({ kind: 'service', service })
      const server = Bun.serve({ ...door, ...tcp, hostname: settings.HOST, port })
      servicePorts[service] = server.port ?? port
      outside.push(server)
    } catch (error) {
      warnings.push(describeWarning(service, port, error))
    }
  }

  return {
    port: main.port ?? settings.PORT,
    servicePorts,
    warnings,
    stopListening() {
      for (const server of outside) void server.stop()
    },
    async close() {
      await Promise.all([...outside, internal].map((server) => server.stop(true)))
    },
  }
}

const listenMain = <Server>({ HOST, PORT }: Settings, listen: () => Server): Server => {
  try {
    return listen()
  } catch (error) {
    const { code } = error as { code?: string }
    if (code === 'EADDRINUSE') {
      throw new ListenFailure(`Port ${PORT} of ${HOST} is ${describeHolder(findPortHolder(PORT))}.`, true)
    }
    const why = code === 'EACCES' ? 'this account may not use it' : String((error as Error).message)
    throw new ListenFailure(`Cannot listen on port ${PORT} of ${HOST}: ${why}. Change HOST or PORT.`, false)
  }
}

const describeWarning = (service: string, port: number, error: unknown): string => {
  const { code } = error as { code?: string }
  const why = code === 'EADDRINUSE' ? describeHolder(findPortHolder(port)) : `not available (${code ?? 'unknown'})`
  return `port ${port} (${service}) is ${why}; clients reach ${service} through the main port only`
}
