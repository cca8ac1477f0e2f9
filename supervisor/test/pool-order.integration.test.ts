/** Pools that come after others start after them and stop before them; an order that goes round is refused. */
import { afterEach, expect, test } from 'bun:test'
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { waitFor } from '#shared/testing/wait-for.ts'
import { createAdminClient } from '../admin/admin-client.ts'
import { cleanUp, makeDataDirectory, spawnFixture, startFixture } from './fixture-orrery.ts'
import { NOBODY } from './fixture-reload.ts'

afterEach(cleanUp)

/** A directory with an orrery.toml of three pools, in this order: `after` names what each comes after. */
const configure = (after: Record<string, string[]>, dataDirectory = makeDataDirectory()): string => {
  const services = { agent: ['agent', 'workflow'], knowledge: ['knowledge'], platform: ['tenant', 'link', 'console'] }
  const tables = Object.entries(services).map(
    ([name, hosted]) =>
      `[pools.${name}]\nservices = ${JSON.stringify(hosted)}\nafter = ${JSON.stringify(after[name] ?? [])}\n`,
  )
  writeFileSync(join(dirname(dataDirectory), 'orrery.toml'), tables.join('\n'))
  return dataDirectory
}

const CHAIN = { agent: ['knowledge'], knowledge: ['platform'] }
const ROUND = { agent: ['knowledge'], knowledge: ['agent'] }

test('pools start one after the other in their order, stop the other way round, and an order that goes round changes nothing', async () => {
  const dataDirectory = configure(CHAIN)
  const orrery = await startFixture({ dataDirectory, worker: 'ordered-worker.ts' })
  const order = () => readFileSync(join(dataDirectory, 'order'), 'utf8').trim().split('\n')
  const started = ['platform', 'knowledge', 'agent'].flatMap((pool) => [`${pool} begins`, `${pool} is ready`])
  expect(order()).toEqual(started)
  const { pools, warnings } = await orrery.facts()
  expect(warnings).toEqual([])

  configure(ROUND, dataDirectory)
  await waitFor(() => orrery.output().includes('is ready'), { what: 'the start to be over' })
  const outcome = await createAdminClient(dataDirectory).reload({ strategy: 'rolling', code: false }, NOBODY)
  expect(outcome.result).toBe('invalid')
  expect(outcome.problems).toEqual([expect.stringContaining('agent -> knowledge -> agent')])
  const pidsOf = (facts: typeof pools) => facts.flatMap(({ workers }) => workers.map(({ pid }) => pid))
  expect(pidsOf((await orrery.facts()).pools)).toEqual(pidsOf(pools))

  orrery.kill('SIGTERM')
  expect(await orrery.exited).toBe(0)
  const stopped = ['agent', 'knowledge', 'platform'].flatMap((pool) => [`${pool} stops`, `${pool} is gone`])
  expect(order()).toEqual([...started, ...stopped])
}, 120_000)

test('a pool that cannot start holds up nobody for long: those after it start without it, and say so', async () => {
  const dataDirectory = configure(CHAIN)
  writeFileSync(join(dirname(dataDirectory), 'broken'), 'knowledge')
  const orrery = spawnFixture({ dataDirectory, worker: 'ordered-worker.ts' })
  const agentIsReady = async () => (await orrery.worker('agent').catch(() => undefined))?.state === 'ready'
  await waitFor(agentIsReady, { what: 'the pool after the broken one', timeoutMs: 45_000 })
  expect((await orrery.worker('knowledge')).state).toBe('failed')
  expect((await orrery.facts()).warnings).toEqual(['pool agent has started without pool knowledge, which has failed'])
}, 120_000)

test('a start with an order that goes round is refused with its path and code 78', async () => {
  const refused = spawnFixture({ dataDirectory: configure(ROUND), worker: 'ordered-worker.ts' })
  expect(await refused.exited).toBe(78)
  expect(refused.output()).toContain('agent -> knowledge -> agent')
}, 120_000)
