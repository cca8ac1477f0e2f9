import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from '#shared/logging/logger.ts'
import type { WorkerAssignment } from '#shared/worker-protocol/worker-assignment.ts'
import type { Hello } from '#shared/worker-protocol/worker-messages.ts'
import { type ControlConnection, type ControlHandler, startControlServer } from '../control/control-server.ts'
import { ConfigurationInvalidError, EXIT_CODES, PortTakenError } from '../errors.ts'
import { watchHeartbeats } from './heartbeat-watch.ts'
import type { PoolPlan } from './pool-layout.ts'
import { writeProcessLedger } from './process-ledger.ts'
import { announceRoutes } from './route-announcement.ts'
import { spawnProcess } from './spawn-process.ts'
import type { Death } from './supervision.ts'
import { createWorkerPool, type WorkerPool } from './worker-pool.ts'
import { createWorkerProcess, type Ending, type WorkerProcess } from './worker-process.ts'

/** Programs that are spawned; tests put their own in place. */
export interface Entries {
  worker: string
  gateway: string
}

export interface ProcessTreeOptions {
  plans: PoolPlan[]
  entries: Entries
  /** What all assignments have in common. */
  common: Omit<WorkerAssignment, 'pool' | 'services' | 'generation' | 'slot' | 'socketPath'>
  runtimeDirectory: string
  ledgerPath: string
  logDirectory: string
  environment: Readonly<Record<string, string | undefined>>
  logger: Logger
  onDeath(death: Death): void
  /** The last metrics of a process that ended. */
  onRetired(worker: WorkerProcess): void
}

export interface ProcessTree {
  pools: WorkerPool[]
  gateways: WorkerPool
  /** Listens for the children and spawns them. */
  start(): Promise<void>
  /** The database is ready and has our schema. */
  begin(): void
  /** Rejects when the gateway cannot listen at the very first try, because of its port or its address; never resolves. */
  cannotListen: Promise<never>
  /** Makes the runs of a journal worker claimable, however long the database is away, and tells everyone. */
  takeOver(journalWorkerId: number): Promise<void>
  /** Gateways first, so that nothing new arrives, then the workers. */
  drain(): Promise<void>
  /** Kills everything at once: somebody is in a hurry. Nothing acknowledged is lost by it. */
  kill(): void
}

export const GATEWAY_POOL = 'gateway'
const FIRST_GATEWAY = `${GATEWAY_POOL}/0.1`
const TAKE_OVER_PAUSE_MS = 200

/** All processes below the supervisor, the control socket that ties them to it, and the routes that gateways follow. */
export const createProcessTree = (options: ProcessTreeOptions): ProcessTree => {
  const { logger, common } = options
  const port = Promise.withResolvers<never>()
  port.promise.catch(() => undefined) // whoever starts the tree races with it; afterwards nobody does
  let routesVersion = 0
  let routesPlanned = false
  let begun = false
  let stopped = false
  let control: { close(): void } | undefined
  let heartbeats: { stop(): void } | undefined

  const spawn = (plan: PoolPlan, entry: string, onChange: () => void) => (slot: number, generation: number) => {
    const name = `${plan.name}-${slot}-${generation}-${randomDigits()}.sock`
    const isGateway = plan.name === GATEWAY_POOL
    const socketPath = isGateway ? common.gatewayPath : join(options.runtimeDirectory, name)
    // Services find the gateway by this one path over all its lives; a killed one leaves its file, on which nobody could listen again.
    if (isGateway) rmSync(socketPath, { force: true })
    const assignment = { ...common, pool: plan.name, services: plan.services, generation, slot, socketPath }
    const logPath = join(options.logDirectory, `${plan.name}.log`)
    const child = spawnProcess({ entry, assignment, logPath, environment: options.environment })
    const drainMsMax = common.settings.ORRERY_DRAIN_MS_MAX
    return createWorkerProcess({ child, pool: plan.name, slot, generation, socketPath, drainMsMax, onChange })
  }

  const createPool = (plan: PoolPlan, entry: string): WorkerPool =>
    createWorkerPool({
      plan,
      drainMsMax: common.settings.ORRERY_DRAIN_MS_MAX,
      logger,
      spawn: spawn(plan, entry, () => changed()),
      onEnd: noteEnd,
      onDeath: options.onDeath,
      onChange: () => changed(),
    })

  const noteEnd = (worker: WorkerProcess, ending: Ending) => {
    options.onRetired(worker)
    if (worker.id === FIRST_GATEWAY && !ending.wasReady) {
      const refusal = listenRefusal(ending)
      if (refusal) port.reject(refusal)
    }
    if (ending.state !== 'stopped' && worker.journalWorkerId !== undefined) {
      takeOver(worker.journalWorkerId).catch((error) => logger.error({ err: error }, 'taking over failed'))
    }
  }

  const takeOver = async (journalWorkerId: number) => {
    const { takeOverWorker } = await import('#shared/journal/take-over-worker.ts') // late: it loads the driver
    while (!stopped) {
      try {
        const runs = await takeOverWorker(common.databaseUrl, journalWorkerId)
        logger.info({ journalWorkerId, runs }, 'took over the runs of a worker')
        for (const worker of pools.flatMap((pool) => pool.ready())) worker.claimNow()
        return
      } catch (error) {
        logger.warn({ err: error, journalWorkerId }, 'the runs of a worker cannot be taken over yet')
        await Bun.sleep(TAKE_OVER_PAUSE_MS)
      }
    }
  }

  const pools = options.plans.map((plan) => createPool(plan, options.entries.worker))
  const gateways = createPool({ name: GATEWAY_POOL, services: [], min: 1, max: 1 }, options.entries.gateway)
  const living = () => [...gateways.living(), ...pools.flatMap((pool) => pool.living())]

  const currentRoutes = () =>
    announceRoutes(
      routesVersion,
      pools.map((pool) => ({ facts: pool.facts(), ready: pool.ready() })),
    )

  /** Many changes come together; gateways and the ledger see them once. */
  const changed = () => {
    if (routesPlanned) return
    routesPlanned = true
    queueMicrotask(() => {
      routesPlanned = false
      routesVersion += 1
      const routes = currentRoutes()
      for (const gateway of gateways.living()) gateway.send(routes)
      writeProcessLedger(options.ledgerPath, living())
    })
  }

  const accept = (hello: typeof Hello.static, connection: ControlConnection): ControlHandler | undefined => {
    const worker = living().find((known) => known.pid === hello.pid && known.socketPath === hello.socketPath)
    if (!worker) return undefined
    const handler = worker.attach(connection)
    if (hello.role === 'gateway') connection.send(currentRoutes())
    return handler
  }

  return {
    pools,
    gateways,
    cannotListen: port.promise,
    takeOver,
    async start() {
      control = await startControlServer({ path: common.controlPath, logger, accept })
      gateways.start()
      for (const pool of pools) pool.start()
      heartbeats = watchHeartbeats(living, () => begun)
    },
    begin() {
      begun = true
      gateways.begin()
      for (const pool of pools) pool.begin()
    },
    async drain() {
      await gateways.drain()
      await Promise.all(pools.map((pool) => pool.drain()))
      stopped = true
      heartbeats?.stop()
      control?.close()
    },
    kill() {
      for (const worker of living()) worker.kill('killed in a hurry')
    },
  }
}

/** Later a lost port is waited for; at the start it is a mistake that somebody can see and correct. */
const listenRefusal = ({ exitCode, reason }: Ending): Error | undefined => {
  if (exitCode === EXIT_CODES.tryAgain) {
    return new PortTakenError(reason, { remedy: 'Stop what holds the port, or choose another one, such as PORT=8081.' })
  }
  if (exitCode === EXIT_CODES.configurationInvalid) {
    return new ConfigurationInvalidError(reason, { remedy: 'Correct HOST and PORT.' })
  }
  return undefined
}

const randomDigits = (): string => crypto.randomUUID().slice(0, 4)
