import { rmSync } from 'node:fs'
import type { Settings } from '#shared/config/settings.ts'
import { createProblem } from '#shared/errors/problem.ts'
import type { HttpRefusal } from '#shared/http1/http-refusal.ts'
import type { HandedListener } from '#shared/worker-protocol/worker-assignment.ts'
import type { AnswerRequest } from './answer-request.ts'
import type { Door } from './exchange.ts'
import { problemAnswer, renderOwnAnswer } from './own-answer.ts'
import { describeMainPort, warnOfServicePort } from './port-holder.ts'
import { SERVICE_PORTS } from './route-table.ts'
import type { ClientHandling } from './wire/client-connection.ts'
import { type ListenPlace, startListener, type WireListener } from './wire/start-listener.ts'

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
  /** Takes no new connection from outside; what is in flight goes on, and each answer is the last of its connection. */
  stopListening(): void
  closeIdle: WireListener['closeIdle']
  /** Connections from outside. */
  connections(): number
  /** Cuts what is left. */
  close(): void
}

/** Listens on the main port, on the well-known ports that are free, and on the internal socket. Throws ListenFailure. */
export const startGatewayServer = (options: {
  settings: Settings
  socketPath: string
  answer: AnswerRequest
  /** Sockets that the supervisor opened; without them the gateway listens itself. */
  listeners?: readonly HandedListener[] | undefined
  /** For tests: which well-known ports there are. */
  servicePorts?: Readonly<Record<string, number>>
}): GatewayServer => {
  const { settings, answer } = options
  let isDraining = false
  const listen = (place: ListenPlace, door: Door): WireListener =>
    startListener(place, {
      serve: (request) => answer(request, door),
      refuse: renderRefusal,
      bodyBytesMax: settings.ORRERY_BODY_BYTES_MAX,
      isDraining: () => isDraining,
    } satisfies Omit<ClientHandling, 'onClose'>)

  const opened = options.listeners ? takeHanded(options.listeners, listen) : openDoors(options, listen)
  const { outside, internal } = opened

  return {
    port: opened.port,
    servicePorts: opened.servicePorts,
    warnings: opened.warnings,
    stopListening() {
      isDraining = true
      for (const listener of outside) listener.stopListening()
    },
    closeIdle(options) {
      for (const listener of outside) listener.closeIdle(options)
    },
    connections: () => outside.reduce((sum, listener) => sum + listener.connections(), 0),
    close() {
      for (const listener of [...outside, ...internal]) listener.close()
    },
  }
}

type Listen = (place: ListenPlace, door: Door) => WireListener

interface Doors {
  port: number
  servicePorts: Record<string, number>
  warnings: string[]
  outside: WireListener[]
  internal: WireListener[]
}

const takeHanded = (handed: readonly HandedListener[], listen: Listen): Doors => {
  const doors: Doors = { port: 0, servicePorts: {}, warnings: [], outside: [], internal: [] }
  for (const { fd, door, service = '', port = 0 } of handed) {
    if (door === 'internal') doors.internal.push(listen({ fd }, { kind: 'internal' }))
    else if (door === 'service') {
      doors.outside.push(listen({ fd }, { kind: 'service', service }))
      doors.servicePorts[service] = port
    } else {
      doors.outside.push(listen({ fd }, { kind: 'public' }))
      doors.port = port
    }
  }
  return doors
}

const openDoors = (options: Parameters<typeof startGatewayServer>[0], listen: Listen): Doors => {
  const { settings } = options
  const { HOST, PORT } = settings
  const main = listenMain(settings, () => listen({ hostname: HOST, port: PORT }, { kind: 'public' }))
  // The name is fixed, since workers know it, and a gateway that was killed leaves its file behind.
  rmSync(options.socketPath, { force: true })
  const internal = [listen({ unix: options.socketPath }, { kind: 'internal' })]
  const doors: Doors = { port: main.port ?? PORT, servicePorts: {}, warnings: [], outside: [main], internal }
  const ports = settings.ORRERY_SERVICE_PORTS === 'on' ? Object.entries(options.servicePorts ?? SERVICE_PORTS) : []
  for (const [service, port] of ports) {
    if (port === main.port) continue
    try {
      const listener = listen({ hostname: HOST, port }, { kind: 'service', service })
      doors.servicePorts[service] = listener.port ?? port
      doors.outside.push(listener)
    } catch (error) {
      doors.warnings.push(warnOfServicePort(service, port, error))
    }
  }
  return doors
}

const CODES: Record<HttpRefusal['status'], string> = {
  400: 'GATEWAY_REQUEST_MALFORMED',
  408: 'GATEWAY_REQUEST_SLOW',
  414: 'GATEWAY_TARGET_TOO_LONG',
  417: 'GATEWAY_EXPECTATION_UNKNOWN',
  431: 'GATEWAY_HEAD_TOO_LARGE',
  501: 'GATEWAY_CODING_UNKNOWN',
  505: 'GATEWAY_VERSION_UNKNOWN',
}

/** The answer to bytes that are no request; the connection ends with it, since where the next one begins is unknown. */
const renderRefusal = ({ status, detail }: HttpRefusal): Buffer => {
  const requestId = Bun.randomUUIDv7()
  const remedy = 'Send an HTTP/1.1 request as RFC 9112 describes it; the client or a proxy before it does not.'
  const problem = createProblem({ status, code: CODES[status], detail, remedy, traceId: requestId })
  return renderOwnAnswer(problemAnswer(problem), { requestId, method: 'GET', connectionLine: 'connection: close\r\n' })
}

const listenMain = <Server>(settings: Settings, listen: () => Server): Server => {
  try {
    return listen()
  } catch (error) {
    const { message, taken } = describeMainPort(settings, error)
    throw new ListenFailure(message, taken)
  }
}
