import { createLogger } from '#shared/logging/logger.ts'
import { connectControl } from '#shared/worker-protocol/control-client.ts'
import { ASSIGNMENT_VARIABLE, parseAssignment } from '#shared/worker-protocol/worker-assignment.ts'
import { EXIT_CODES } from '../errors.ts'
import { startGateway } from './gateway.ts'
import { ListenFailure } from './gateway-server.ts'

/** Bun's fetch opens 256 connections at most unless told otherwise; that many open streams would stall every other request. */
const HTTP_REQUESTS_MIN = 4_096

/** When another gateway serves already: longer than clients with kept connections pause between requests that belong together. */
const IDLE_MS_MAX = 5_000

const fail = (message: string, code: number): never => {
  process.stderr.write(`${message}\n`)
  process.exit(code)
}

if (!(Number(process.env.BUN_CONFIG_MAX_HTTP_REQUESTS) >= HTTP_REQUESTS_MIN)) {
  fail(
    `The gateway needs BUN_CONFIG_MAX_HTTP_REQUESTS of at least ${HTTP_REQUESTS_MIN}; the supervisor sets it.`,
    EXIT_CODES.configurationInvalid,
  )
}

const assignment = parseAssignment(process.env[ASSIGNMENT_VARIABLE])
const { settings } = assignment
const logger = createLogger({ level: settings.LOG_LEVEL, name: 'gateway' })

const start = () => {
  try {
    return startGateway({ ...assignment, logger, onCallersChanged: () => control.beat() })
  } catch (error) {
    if (!(error instanceof ListenFailure)) throw error
    return fail(error.message, error.taken ? EXIT_CODES.tryAgain : EXIT_CODES.configurationInvalid)
  }
}
const gateway = start()

let stopping: Promise<void> | undefined
const stop = (msMax: number, idleMs = 0): Promise<void> => {
  stopping ??= (async () => {
    logger.info({ msMax }, 'draining')
    const cut = await gateway.drain({ msMax, idleMs })
    logger.info({ cut }, 'stopped')
    await control.bye()
    process.exit(EXIT_CODES.stopped)
  })()
  return stopping
}

const control = connectControl({
  assignment,
  role: 'gateway',
  logger,
  facts: () => gateway.facts(),
  onMessage(message) {
    if (message.type === 'routes') gateway.applyRoutes(message)
    else if (message.type === 'forget-callers') gateway.forgetCallers()
    else if (message.type === 'drain') void stop(message.msMax, message.idleMs ?? IDLE_MS_MAX)
  },
  onOrphaned: () => void stop(settings.ORRERY_DRAIN_MS_MAX),
})
control.ready(gateway.warnings)
logger.info({ port: gateway.port, warnings: gateway.warnings }, 'listening')

process.on('SIGTERM', () => void stop(settings.ORRERY_DRAIN_MS_MAX))
process.on('SIGINT', () => undefined) // Ctrl-C reaches every process of the terminal; the supervisor decides the order
