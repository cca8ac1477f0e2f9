import { lookup } from 'node:dns/promises'
import { rmSync } from 'node:fs'
import { isIP } from 'node:net'
import type { Settings } from '#shared/config/settings.ts'
import type { HandedListener } from '#shared/worker-protocol/worker-assignment.ts'
import { describeMainPort, findPortHolder, warnOfServicePort } from '../gateway/port-holder.ts'
import { SERVICE_PORTS } from '../gateway/route-table.ts'
import { libc } from './libc.ts'
import { addressBytesOf, closeSocket, openListeningSocket } from './listening-socket.ts'
import { mainPortError } from './main-port-error.ts'
import { SystemCallError } from './system-error.ts'
import { takeListeningSockets } from './take-descriptors.ts'

export interface HandedListeners {
  /**
   * Opens what these settings ask for and keeps it in place of what was open before, unless that is the same. Throws PortTakenError or
   * ConfigurationInvalidError for the main port, and keeps what was open then; a well-known port that cannot be had is a warning.
   */
  open(settings: Settings, gatewayPids: readonly number[]): Promise<void>
  /** What the next gateway gets, with the descriptors' numbers here; undefined where it must listen itself. */
  current(): readonly HandedListener[] | undefined
  warnings(): string[]
  close(): void
}

/**
 * The sockets on which gateways accept. The supervisor opens them, accepts from none, and hands them to each gateway that it starts: while
 * one gateway follows another both accept from the same queue, and when one is killed its queue waits for the next. So no connection is
 * refused or reset, which SO_REUSEPORT, with a queue for each process, could promise only with `net.ipv4.tcp_migrate_req` set by the host's
 * owner. A supervisor that follows a killed one takes copies of its gateway's sockets; where it may not, it opens its own beside them.
 */
export const createHandedListeners = (internalPath: string): HandedListeners => {
  let key = ''
  let kept: HandedListener[] = []
  let warnings: string[] = []

  const closeAll = (listeners: readonly HandedListener[]) => {
    for (const { fd } of listeners) closeSocket(fd)
  }

  return {
    async open(settings, gatewayPids) {
      const { HOST, PORT, ORRERY_SERVICE_PORTS } = settings
      const wanted = JSON.stringify([HOST, PORT, ORRERY_SERVICE_PORTS])
      if (!libc || wanted === key) return
      const taken = gatewayPids.flatMap(takeListeningSockets)
      try {
        const address = await addressOf(HOST)
        const opened = openAll({ address, settings, taken, gatewayPids, internalPath })
        closeAll(kept)
        kept = opened.listeners
        warnings = opened.warnings
        key = wanted
      } finally {
        for (const { fd } of taken) if (!kept.some((listener) => listener.fd === fd)) closeSocket(fd)
      }
    },
    current: () => (key === '' ? undefined : kept),
    warnings: () => warnings,
    close() {
      closeAll(kept)
      kept = []
      key = ''
    },
  }
}

const addressOf = async (host: string): Promise<string> => {
  if (isIP(host)) return host
  try {
    return (await lookup(host)).address
  } catch {
    throw mainPortError(`Cannot listen on ${host}: no such address. Change HOST or PORT.`, false)
  }
}

interface OpenOrder {
  address: string
  settings: Settings
  /** Sockets of a gateway that lives already. */
  taken: ReturnType<typeof takeListeningSockets>
  gatewayPids: readonly number[]
  internalPath: string
}

const openAll = (order: OpenOrder): { listeners: HandedListener[]; warnings: string[] } => {
  const { settings } = order
  const listeners: HandedListener[] = []
  const warnings: string[] = []
  try {
    listeners.push({ door: 'public', port: settings.PORT, fd: openMain(order) })
    listeners.push({ door: 'internal', fd: openInternal(order) })
    if (settings.ORRERY_SERVICE_PORTS === 'on') {
      for (const [service, port] of Object.entries(SERVICE_PORTS)) {
        if (port === settings.PORT) continue
        try {
          listeners.push({ door: 'service', service, port, fd: openPort(order, port) })
        } catch (error) {
          warnings.push(warnOfServicePort(service, port, error))
        }
      }
    }
    return { listeners, warnings }
  } catch (error) {
    for (const { fd } of listeners) closeSocket(fd)
    throw error
  }
}

const openInternal = ({ taken, internalPath }: OpenOrder): number => {
  const known = taken.find(({ place }) => 'path' in place && place.path === internalPath)
  if (known) return known.fd
  rmSync(internalPath, { force: true }) // a killed gateway leaves its file, on which nobody could listen again
  return openListeningSocket({ path: internalPath }, { shared: false })
}

const openPort = ({ address, taken, gatewayPids }: OpenOrder, port: number): number => {
  const addressBytes = addressBytesOf(address)
  const known = taken.find(({ place }) => 'port' in place && place.port === port && place.addressBytes === addressBytes)
  if (known) return known.fd
  // Sharing a port is for our own processes: somebody else's must be noticed, so it is first asked for alone.
  try {
    closeSocket(openListeningSocket({ address, port }, { shared: false }))
  } catch (error) {
    const isOurs = [process.pid, ...gatewayPids].includes(findPortHolder(port, address)?.pid ?? -1)
    if (!(error instanceof SystemCallError && error.code === 'EADDRINUSE' && isOurs)) throw error
  }
  return openListeningSocket({ address, port }, { shared: true })
}

const openMain = (order: OpenOrder): number => {
  const { settings, address } = order
  try {
    return openPort(order, settings.PORT)
  } catch (error) {
    const { message, taken } = describeMainPort(settings, error, address)
    throw mainPortError(message, taken)
  }
}
