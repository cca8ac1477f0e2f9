import { AppError } from '#shared/errors/app-error.ts'
import type { Deployment } from '../pool/deployments.ts'
import { GATEWAY_POOL, type PoolPlan } from '../pool/pool-layout.ts'
import type { WorkerPool } from '../pool/worker-pool.ts'
import { awaitNewPools } from './await-new-pools.ts'
import { type Place, planBatches, type Strategy } from './batch-policy.ts'
import { beginChangeover, type Changeover } from './changeover.ts'
import { ReleaseFailedError } from './errors.ts'
import { createReleaseJudge } from './judge-release.ts'
import type { ReloadPlan } from './reload-policy.ts'
import type { RolledTree, RollOutTiming } from './rolled-tree.ts'

export interface RollOutOptions {
  tree: RolledTree
  plan: ReloadPlan
  next: Deployment
  strategy: Strategy
  /** The program files are others: what has been given up could not be brought back, so every old worker stays until the end. */
  code: boolean
  timing: RollOutTiming
  signal: AbortSignal
  /** What the last process that died in a slot had to say. */
  lastWords(place: Place): string | undefined
  progress(text: string): void
}

/** Shares of the new workers in a blue-green shift; the old ones have the rest. */
const SHIFT_STEPS = [0.1, 0.25, 0.5, 0.75, 1]

/**
 * Takes all processes from the present deployment to the next one without a moment of less capacity. When a new worker is worse than an old one,
 * everything becomes what it was, and this throws ReleaseFailedError.
 */
export const rollOut = async (options: RollOutOptions): Promise<void> => {
  const { tree, plan, next, timing, progress } = options
  const { rotation, deployments } = tree
  const judge = createReleaseJudge(options.signal)
  const open: Changeover[] = []
  const done: Changeover[] = []
  const added: WorkerPool[] = []
  const holdsOld = options.code || options.strategy === 'blue-green'

  const begin = (place: Place): Changeover => {
    deployments.stage(place, next)
    const pool = poolOf(tree, place.pool)
    const changeover = beginChangeover({ ...place, pool, readyMsMax: timing.readyMsMax, lastWords: options.lastWords })
    open.push(changeover)
    return changeover
  }

  const decideOpen = async () => {
    for (let changeover = open.shift(); changeover; changeover = open.shift()) {
      done.push(changeover)
      await changeover.decide(true)
      progress(`${changeover.pool}/${changeover.slot} is replaced`)
    }
  }

  const shift = async (batch: readonly Changeover[]) => {
    for (const share of options.strategy === 'blue-green' ? SHIFT_STEPS : []) {
      for (const changeover of batch) setShare(tree, changeover, share)
      progress(`${Math.round(share * 100)} % of the requests go to the new workers`)
      await judge.watch(open, timing.stepMs)
    }
    for (const changeover of batch) if (changeover.next) rotation.setWeight(changeover.next, 1)
  }

  const runBatch = async (places: readonly Place[], index: number) => {
    progress(`starting ${places.map(({ pool, slot }) => `${pool}/${slot}`).join(', ')}`)
    const batch = places.map(begin)
    await judge.ready(batch)
    await judge.probe(batch.filter(({ pool }) => pool !== GATEWAY_POOL))
    await shift(batch)
    await judge.watch([...open, ...done], index === 0 ? timing.firstWatchMs : timing.watchMs)
    if (!holdsOld) await decideOpen()
  }

  try {
    if (plan.gateway.length > 0) await listen(tree, next)
    for (const name of plan.added) {
      progress(`starting pool ${name}`)
      deployments.stage({ pool: name }, next)
      added.push(tree.addPool(planOf(next, name)))
    }
    await awaitNewPools(added, options)
    for (const [index, places] of planBatches(affectedPools(tree, plan), options.strategy).entries()) {
      await runBatch(places, index)
    }
    await decideOpen()
  } catch (error) {
    progress('going back to what was')
    await goBack({ tree, open, done, added })
    if (plan.gateway.length > 0) await tree.listenAs(deployments.current.settings)
    throw error
  }
  become(options)
  for (const name of plan.removed) void tree.removePool(name)
}

/** Before anything is replaced: a port that cannot be had is the likeliest reason why nothing comes of it. */
const listen = async (tree: RolledTree, { settings }: Deployment): Promise<void> => {
  try {
    await tree.listenAs(settings)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    throw new ReleaseFailedError(error.message, { cause: error })
  }
}

const poolOf = (tree: RolledTree, name: string): WorkerPool => {
  const pool = name === GATEWAY_POOL ? tree.gateways : tree.pools.find(({ plan }) => plan.name === name)
  if (!pool) throw new Error(`there is no pool ${name}`)
  return pool
}

const planOf = (deployment: Deployment, name: string): PoolPlan => {
  const plan = deployment.pools.find((pool) => pool.name === name)
  if (!plan) throw new Error(`there is no plan for the pool ${name}`)
  return plan
}

const affectedPools = (tree: RolledTree, { rolling, gateway }: ReloadPlan) =>
  [...rolling.map(({ pool }) => pool), ...(gateway.length > 0 ? [GATEWAY_POOL] : [])].map((pool) => ({
    pool,
    size: poolOf(tree, pool).size,
  }))

const setShare = ({ rotation }: RolledTree, { old, next }: Changeover, share: number) => {
  if (next) rotation.setWeight(next, share)
  if (old) rotation.setWeight(old, 1 - share)
}

/** The next deployment is the present one from now on; sizes and limits of pools are as it says. */
const become = ({ tree, next, plan: { rolling } }: RollOutOptions) => {
  tree.deployments.become(next)
  for (const pool of tree.pools) {
    const plan = next.pools.find(({ name }) => name === pool.plan.name)
    const isRolled = rolling.some((entry) => entry.pool === pool.plan.name)
    if (plan && (isRolled || !Bun.deepEquals(plan, pool.plan))) pool.reconfigure(plan)
  }
}

/** Old workers that still live take over at once; those that are gone are started again. */
const goBack = async (state: {
  tree: RolledTree
  open: readonly Changeover[]
  done: readonly Changeover[]
  added: readonly WorkerPool[]
}): Promise<void> => {
  const { tree, open, done, added } = state
  for (const changeover of open) setShare(tree, changeover, 0)
  for (const { plan } of added) void tree.removePool(plan.name)
  await Promise.all(
    [...open, ...done].map(async (changeover) => {
      tree.deployments.unstage(changeover)
      if (open.includes(changeover)) await changeover.decide(false)
      else await poolOf(tree, changeover.pool).replace(changeover.slot, { reason: 'going back' })
    }),
  )
  for (const { plan } of added) tree.deployments.unstage({ pool: plan.name })
}
