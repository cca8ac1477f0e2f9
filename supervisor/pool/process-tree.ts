import type { Settings } from '#shared/config/settings.ts'
import type { Logger } from '#shared/logging/logger.ts'
import type { Hello } from '#shared/worker-protocol/worker-messages.ts'
import { type ControlConnection, type ControlHandler, startControlServer } from '../control/control-server.ts'
import type { HandedListeners } from '../listeners/handed-listeners.ts'
import { canHandOver } from '../listeners/libc.ts'
import { createLeftoverAdoption } from './adopt-leftovers.ts'
import { createDeployments, type Deployment, type Deployments } from './deployments.ts'
import { drainInOrder } from './drain-in-order.ts'
import { type HeartbeatWatch, watchHeartbeats } from './heartbeat-watch.ts'
import { createLauncher, type LauncherOptions } from './launcher.ts'
import { listenRefusal } from './listen-refusal.ts'
import { noteDeath } from './note-death.ts'
import { createOrderedBegin } from './ordered-begin.ts'
import { GATEWAY_POOL, type PoolPlan } from './pool-layout.ts'
import { createPoolSet } from './pool-set.ts'
import type { SlotHistory } from './pool-slot.ts'
import { type Leftovers, removeProcessLedger, toLedgerEntry, writeProcessLedger } from './process-ledger.ts'
import { createRetiringWorkers } from './retiring-workers.ts'
import { createRotation, type Rotation } from './rotation.ts'
import { announceRoutes } from './route-announcement.ts'
import type { Death } from './supervision.ts'
import { createRunTakeOver } from './take-over-runs.ts'
import { createWorkerPool, type WorkerPool } from './worker-pool.ts'
import type { Ending, WorkerProcess } from './worker-process.ts'

export interface ProcessTreeOptions extends Omit<LauncherOptions, 'onChange' | 'onCallersChanged'> {
  deployment: Deployment
  /** What gateways accept from. */
  listeners: HandedListeners
  ledgerPath: string
  /** What an earlier supervisor of this data directory left. */
  leftovers: Leftovers
  logger: Logger
  onDeath(death: Death): void
  /** The last metrics of a process that ended. */
  onRetired(worker: WorkerProcess): void
}

export interface ProcessTree {
  /** Those of now: a reload adds and takes some. */
  readonly pools: readonly WorkerPool[]
  readonly gateways: WorkerPool
  /** What the processes are told that are started from now on. */
  readonly deployments: Deployments
  /** Who of those that could take requests gets them. */
  readonly rotation: Rotation
  /** Every process below the supervisor, those without a slot included. */
  living(): WorkerProcess[]
  /** Listens for the children, spawns those that are missing, and takes over those of an earlier supervisor as they dial. */
  start(): Promise<void>
  /** The database is ready and has our schema: takes over the runs of processes that died meanwhile, and lets services start. */
  begin(): Promise<void>
  /** Rejects when the gateway cannot listen at the very first try, because of its port or its address; never resolves. */
  cannotListen: Promise<never>
  /** Starts a pool that the configuration did not have. */
  addPool(plan: PoolPlan): WorkerPool
  /** Drains a pool that the configuration has no more; resolves when its last process is gone. */
  removePool(name: string): Promise<void>
  /** Opens what gateways are to accept from with these settings. Throws PortTakenError or ConfigurationInvalidError; what was open stays then. */
  listenAs(settings: Settings): Promise<void>
  /** Gateways first, so that nothing new arrives, then the workers. */
  drain(): Promise<void>
  /** Kills everything at once: somebody is in a hurry. Nothing acknowledged is lost by it. */
  kill(): void
  /** What a human should know of the order in which pools began. */
  warnings(): string[]
}

/** All processes below the supervisor, the control socket that ties them to it, and the routes that gateways follow. */
export const createProcessTree = (options: ProcessTreeOptions): ProcessTree => {
  const { logger, common, leftovers } = options
  const deployments = createDeployments(options.deployment)
  /** The time for the stop is that of all pools together, however many wait for others. */
  let workersGoneByMs = Number.POSITIVE_INFINITY
  const drainMsMax = () =>
    Math.max(Math.min(deployments.current.settings.ORRERY_DRAIN_MS_MAX, workersGoneByMs - Date.now()), 0)
  const rotation = createRotation(() => changed())
  const port = Promise.withResolvers<never>()
  port.promise.catch(() => undefined) // whoever starts the tree races with it; afterwards nobody does
  let { routesVersion } = leftovers
  let changePlanned = false
  /** An adopted gateway follows its last table until then: ours would miss workers that are about to dial. */
  let routesComplete = false
  let started = false
  let stopped = false
  let settled: Promise<void> = Promise.resolve()
  let control: { close(): void } | undefined
  let heartbeats: HeartbeatWatch | undefined
  let firstGateway: WorkerProcess | undefined

  const runs = createRunTakeOver({
    databaseUrl: common.databaseUrl,
    logger,
    isStopped: () => stopped,
    onTakenOver() {
      for (const worker of set.pools.flatMap((pool) => pool.ready())) worker.claimNow()
      changed()
    },
  })

  const noteEnd = (worker: WorkerProcess, ending: Ending) => {
    options.onRetired(worker)
    rotation.forget(worker)
    // Who was to replace it one day replaces it now.
    for (const heir of set.living()) if (isHeir(heir, worker)) rotation.setWeight(heir, 1)
    const refusal = worker === firstGateway ? listenRefusal(ending) : undefined
    if (refusal) port.reject(refusal)
    if (ending.state !== 'stopped') runs.add(worker.journalWorkerId)
  }

  for (const id of leftovers.lostJournalWorkers) runs.add(id)

  const launcher = createLauncher({
    ...options,
    onChange: () => changed(),
    onCallersChanged(teller) {
      for (const worker of living()) {
        if (worker.pool === GATEWAY_POOL && worker !== teller) worker.send({ type: 'forget-callers' })
      }
    },
  })
  const createPool = (plan: PoolPlan, histories: readonly SlotHistory[]): WorkerPool =>
    createWorkerPool({
      plan,
      histories,
      drainMsMax,
      logger,
      spawn({ plan: present, ...start }) {
        const staged = deployments.staged(present.name, start.slot)
        const { settings } = staged ?? deployments.current
        const next = staged?.pools.find(({ name }) => name === present.name) ?? present
        const worker = launcher.spawn({ plan: next, settings, ...start })
        if (staged) rotation.setWeight(worker, 0)
        if (present.name === GATEWAY_POOL) firstGateway ??= worker
        return worker
      },
      onEnd: noteEnd,
      onDeath: options.onDeath,
      onChange: () => changed(),
    })
  const set = createPoolSet({ plans: options.deployment.pools, histories: leftovers.slots, createPool })
  const { gateways } = set
  const order = createOrderedBegin({ pools: () => set.pools, logger })

  const retiring = createRetiringWorkers({
    drainMsMax,
    isReplaced: (services) =>
      services.length === 0
        ? gateways.ready().length > 0
        : set.pools
            .filter(({ plan }) => plan.services.some((service) => services.includes(service)))
            .every((pool) => pool.ready().length >= pool.size),
    onEnd(worker, ending) {
      noteEnd(worker, ending)
      if (ending.state !== 'stopped') noteDeath(worker, ending, options)
      changed()
    },
  })
  const adoption = createLeftoverAdoption({
    ...{ leftovers, pools: set.all(), retiring, launcher, drainMsMax: drainMsMax(), logger },
    settings: deployments.current.settings,
    gatewaysShareDoors: canHandOver,
    onDeath: options.onDeath,
    onMissedEnd: (entry) => runs.add(entry.journalWorkerId),
  })
  const living = () => [...set.living(), ...retiring.living()]

  const isSuspect = (worker: WorkerProcess) => heartbeats?.isSuspect(worker) ?? false

  const currentRoutes = () =>
    announceRoutes(routesVersion, [
      ...set.pools.map((pool) => ({
        facts: pool.facts(),
        ready: pool
          .ready()
          .filter((worker) => !isSuspect(worker))
          .map((worker) => ({ ...pick(worker), weight: rotation.weightOf(worker) })),
      })),
      ...retiring.ready().map((worker) => ({
        facts: { services: [...worker.services], condition: 'ok' as const },
        ready: [pick(worker)],
      })),
    ])

  /** Many changes come together; gateways and the ledger see them once. */
  const changed = () => {
    if (changePlanned) return
    changePlanned = true
    queueMicrotask(() => {
      changePlanned = false
      if (stopped) return
      retiring.review()
      order.review()
      announce()
    })
  }

  /** Written down before it is told: a gateway must never hold a newer table than the next supervisor knows of. */
  const announce = () => {
    routesVersion += 1
    writeProcessLedger(options.ledgerPath, {
      routesVersion,
      slots: set.histories(),
      processes: [...living().map(toLedgerEntry), ...adoption.awaited()],
      lostJournalWorkers: runs.waiting(),
    })
    if (!routesComplete) return
    const routes = currentRoutes()
    for (const worker of living()) if (worker.pool === GATEWAY_POOL) worker.send(routes)
  }

  /** Its successor starts now, not after its end, but for that of a gateway which listens itself: there is one door, and who hangs holds it. */
  const replaceHung = (worker: WorkerProcess) => {
    const replaceable = options.listeners.current() ? [gateways, ...set.pools] : set.pools
    const pool = replaceable.find(({ plan }) => plan.name === worker.pool)
    const holds = pool?.facts().workers.some(({ id, pid }) => id === worker.id && pid === worker.pid)
    if (!pool || !holds) return
    pool
      .replace(worker.slot)
      ?.catch((error) => logger.error({ err: error, worker: worker.id }, 'a hung worker was not replaced'))
  }

  const accept = (hello: typeof Hello.static, connection: ControlConnection): ControlHandler | undefined => {
    const known = living().find(({ pid, socketPath }) => pid === hello.pid && socketPath === hello.socketPath)
    const worker = known ?? adoption.answer(hello)
    if (!worker) return undefined
    const handler = worker.attach(connection)
    if (hello.role === 'gateway' && routesComplete) connection.send(currentRoutes())
    return handler
  }

  const settle = async (missingStarted: Promise<void>) => {
    await adoption.over()
    routesComplete = true
    changed()
    await missingStarted
    await adoption.replaceSilent()
    changed()
  }

  return {
    get pools() {
      return set.pools
    },
    gateways,
    deployments,
    rotation,
    living,
    addPool: set.add,
    removePool: set.remove,
    listenAs: (settings) =>
      options.listeners.open(
        settings,
        gateways.living().map(({ pid }) => pid),
      ),
    cannotListen: port.promise,
    warnings: order.warnings,
    async start() {
      started = true
      const gatewayPids = leftovers.alive.filter(({ pool }) => pool === GATEWAY_POOL).map(({ pid }) => pid)
      await options.listeners.open(deployments.current.settings, gatewayPids)
      control = await startControlServer({ path: common.controlPath, logger, accept })
      const missingStarted = adoption.startMissing()
      settled = settle(missingStarted)
      heartbeats = watchHeartbeats({
        living,
        hasBegun: order.hasBegun,
        onSuspicion(worker, silenceMs) {
          logger.warn(
            { worker: worker.id, silenceMs },
            silenceMs === undefined ? 'worker beats again' : 'worker is silent',
          )
          changed()
        },
        onUnresponsive: replaceHung,
      })
      await missingStarted
    },
    async begin() {
      await runs.begin()
      gateways.begin()
      order.begin()
    },
    async drain() {
      adoption.giveUp()
      order.stop()
      options.listeners.close() // or clients would wait in them for gateways that do not come
      for (const gateway of gateways.living()) gateway.send({ type: 'drain', msMax: drainMsMax(), idleMs: 0 })
      await gateways.drain()
      await settled
      workersGoneByMs = Date.now() + drainMsMax()
      const inOrder = set.pools
      const drainPool = (pool: WorkerPool) => {
        for (const worker of pool.living()) worker.send({ type: 'drain', msMax: drainMsMax(), noticeMs: 0 })
        return pool.drain()
      }
      for (const worker of retiring.living()) worker.send({ type: 'drain', msMax: drainMsMax(), noticeMs: 0 })
      const others = set.all().filter((pool) => !inOrder.includes(pool))
      await Promise.all([drainInOrder(inOrder, drainPool), ...others.map(drainPool), retiring.drain()])
      stopped = true
      heartbeats?.stop()
      control?.close()
      if (started) removeProcessLedger(options.ledgerPath)
    },
    kill() {
      if (workersGoneByMs < Number.POSITIVE_INFINITY) for (const pool of set.pools) void pool.drain() // or the last ones would come back
      for (const worker of living()) worker.kill('killed in a hurry')
      adoption.kill()
    },
  }
}

const pick = ({ id, socketPath, startedAtMs, services }: WorkerProcess) => ({ id, socketPath, startedAtMs, services })

const isHeir = (heir: WorkerProcess, dead: WorkerProcess): boolean =>
  heir.pool === dead.pool && heir.slot === dead.slot && heir.generation > dead.generation && heir.state !== 'draining'
