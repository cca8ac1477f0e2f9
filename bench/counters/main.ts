/** Kills processes at random under load and reads /metrics all the while: no counter may decrease. See README.md beside this file. */
import { createCounterWatch } from './counter-watch.ts'
import { type Instance, startInstance, type Target } from './instance.ts'

const RESTARTS = Number(process.env.BENCH_RESTARTS ?? 300)
const READ_EVERY_MS = 100
const ASK_EVERY_MS = 10
const KILL_EVERY_MS_MAX = 400
const PATHS = ['/api/models', '/api/flows', '/api/bases', '/api/apps', '/api/nothing', '/v1/models']

/** Of ten kills. */
const TARGETS: Target[] = [...new Array<Target>(7).fill('worker'), 'gateway', 'gateway', 'supervisor']

const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(Math.random() * items.length)] as Item

const ask = async (instance: Instance, stopped: AbortSignal): Promise<number> => {
  let answered = 0
  while (!stopped.aborted) {
    const response = await fetch(instance.url + pick(PATHS), { headers: instance.headers }).catch(() => undefined)
    if (response) {
      await response.text().catch(() => undefined)
      answered += 1
    }
    await Bun.sleep(ASK_EVERY_MS)
  }
  return answered
}

const readMetrics = async (instance: Instance, stopped: AbortSignal) => {
  const watch = createCounterWatch()
  let pages = 0
  while (!stopped.aborted) {
    const response = await fetch(`${instance.url}/metrics`).catch(() => undefined)
    const text = await response?.text().catch(() => undefined)
    if (response?.ok && text) {
      watch.read(text)
      pages += 1
    }
    await Bun.sleep(READ_EVERY_MS)
  }
  return { pages, ...watch.seen(), violations: watch.violations() }
}

const instance = await startInstance()
const stopped = new AbortController()
const kills: Record<Target, number> = { worker: 0, gateway: 0, supervisor: 0 }
try {
  const clients = Promise.all([ask(instance, stopped.signal), ask(instance, stopped.signal)])
  const reading = readMetrics(instance, stopped.signal)
  for (let count = 0; count < RESTARTS; count += 1) {
    const target = pick(TARGETS)
    await instance.kill(target)
    kills[target] += 1
    await Bun.sleep(Math.random() * KILL_EVERY_MS_MAX)
  }
  await Bun.sleep(2_000) // whoever was killed last has beaten again
  stopped.abort()
  const { pages, series, comparisons, violations } = await reading
  const answered = (await clients).reduce((sum, count) => sum + count, 0)
  console.log(
    `restarts ${RESTARTS} (${kills.worker} workers, ${kills.gateway} gateways, ${kills.supervisor} supervisors), requests answered ${answered}`,
  )
  console.log(
    `pages of metrics ${pages}, series ${series}, comparisons ${comparisons}, violations ${violations.length}`,
  )
  for (const violation of violations.slice(0, 50)) console.log(`  ${violation}`)
  process.exitCode = violations.length === 0 && pages > 0 ? 0 : 1
} finally {
  stopped.abort()
  await instance.stop()
}
