import { expect, test } from 'bun:test'
import type { AnyElysia } from 'elysia'
import { callApp } from '#shared/testing/call-app.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import { appHeaders, createTestAgent, rootHeaders } from '../create-test-agent.ts'
import { createSecondWorker } from '../second-worker.ts'

/**
 * The original keeps bots in MySQL with a copy in Redis. What its pins promise about both is promised here about PostgreSQL, which has no
 * copy beside it that could be stale, expire or be broken.
 */
const PATH = '/agent/v1/bot-config'
const bot = (appId: string, instruct = '') => ({
  app_id: appId,
  bot_id: 'b1',
  model_config: { instruct, plan: { domain: 'rehearsal' }, summary: { domain: 'rehearsal' } },
  regular_config: {},
})
const queryOf = (appId: string) => `?app_id=${appId}&bot_id=b1`
/** `call(app, 'GET?app_id=a1&bot_id=b1')` */
const call = (app: AnyElysia, route: `${'POST' | 'GET' | 'PUT' | 'DELETE'}${string}`, body?: unknown) => {
  const [method, query] = route.split('?')
  const path = `${method} ${PATH}${query === undefined ? '' : `?${query}`}` as 'GET /'
  return callApp(app, path, { headers: rootHeaders, ...(body === undefined ? {} : { body }) })
}
const instructOf = (body: unknown) =>
  (body as { data: { model_config: { instruct: string } } | null }).data?.model_config.instruct
const codeOf = (body: unknown) => (body as { code: number }).code

test('pin 38, kept in PostgreSQL: a bot is found by app and id together, so two apps may each have a bot of one id', async () => {
  await using agent = await createTestAgent()
  await call(agent.app, 'POST', bot('a1', 'one'))
  await call(agent.app, 'POST', bot('a2', 'two'))
  expect(instructOf((await call(agent.app, `GET${queryOf('a1')}`)).body)).toBe('one')
  expect(instructOf((await call(agent.app, `GET${queryOf('a2')}`)).body)).toBe('two')
  const rows = await agent.postgres.client`select app_id from bots where bot_id = 'b1' order by app_id`
  expect(rows.map(({ app_id }) => app_id)).toEqual(['a1', 'a2'])
})

test('pin 39, kept in PostgreSQL: reading a bot, however often, writes nothing', async () => {
  await using agent = await createTestAgent()
  await call(agent.app, 'POST', bot('a1'))
  const versionOf = async () =>
    (await agent.postgres.client`select xmin::text, ctid::text, updated_at from bots where bot_id = 'b1'`)[0]
  const before = await versionOf()
  for (let read = 0; read < 3; read++) await call(agent.app, `GET${queryOf('a1')}`)
  const chat = { bot_id: 'b1', messages: [{ role: 'user', content: 'Hello' }] }
  await callApp(agent.app, 'POST /agent/v1/chat/completions', { headers: appHeaders('a1'), body: chat })
  expect(await versionOf()).toEqual(before)
})

test('pin 40, kept in PostgreSQL: what another worker replaced or deleted is never answered from memory', async () => {
  await using agent = await createTestAgent()
  await using second = await createSecondWorker(agent)
  await call(agent.app, 'POST', bot('a1', 'old'))
  for (const app of [agent.app, second.app])
    expect(instructOf((await call(app, `GET${queryOf('a1')}`)).body)).toBe('old')

  await call(second.app, 'PUT', bot('a1', 'new'))
  expect(instructOf((await call(agent.app, `GET${queryOf('a1')}`)).body)).toBe('new')
  await call(second.app, `DELETE${queryOf('a1')}`)
  expect(codeOf((await call(agent.app, `GET${queryOf('a1')}`)).body)).toBe(40001)
  const chat = { bot_id: 'b1', messages: [{ role: 'user', content: 'Hello' }] }
  const answer = await callApp(agent.app, 'POST /agent/v1/chat/completions', { headers: appHeaders('a1'), body: chat })
  expect(codeOf(answer.body)).toBe(40001)
  // Created anew, it is there for both at once.
  await call(agent.app, 'POST', bot('a1', 'again'))
  expect(instructOf((await call(second.app, `GET${queryOf('a1')}`)).body)).toBe('again')
})

test('pin 40, kept in PostgreSQL: a bot of another app is code 40001 to read, replace and delete', async () => {
  await using agent = await createTestAgent()
  await call(agent.app, 'POST', bot('a1', 'one'))
  expect(codeOf((await call(agent.app, `GET${queryOf('a2')}`)).body)).toBe(40001)
  expect(codeOf((await call(agent.app, 'PUT', bot('a2', 'two'))).body)).toBe(40001)
  expect(codeOf((await call(agent.app, `DELETE${queryOf('a2')}`)).body)).toBe(40001)
  expect(instructOf((await call(agent.app, `GET${queryOf('a1')}`)).body)).toBe('one')
})

test('pins 3 and 41, kept in PostgreSQL: workers that create one bot at the same moment make one row, and one of them is told so', async () => {
  await using agent = await createTestAgent()
  await using second = await createSecondWorker(agent)
  const apps = [agent.app, second.app, agent.app, second.app, agent.app, second.app]
  const answers = await Promise.all(apps.map((app, index) => call(app, 'POST', bot('a1', String(index)))))
  expect(answers.map(({ body }) => codeOf(body)).sort()).toEqual([0, 40053, 40053, 40053, 40053, 40053])
  const stored = answers.find(({ body }) => codeOf(body) === 0)
  expect(instructOf((await call(agent.app, `GET${queryOf('a1')}`)).body)).toBe(instructOf(stored?.body))
})

test('pin 41, kept in PostgreSQL: a replacement is stored whole or not at all, and the answer tells which', async () => {
  await using agent = await createTestAgent()
  await call(agent.app, 'POST', bot('a1', 'old'))
  await agent.postgres.client.unsafe(
    `create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$;
     create trigger refuse before insert or update on bots for each row execute function refuse()`,
  )
  const refused = await call(agent.app, 'PUT', bot('a1', 'new'))
  expect(refused.body).toEqual({ code: 40500, message: 'Agent internal service error', data: null })
  expect(instructOf((await call(agent.app, `GET${queryOf('a1')}`)).body)).toBe('old')
})

test('pin 48, kept in PostgreSQL: a database that does not answer is code 40500 without a word of it, and the next call works', async () => {
  await using agent = await createTestAgent()
  await call(agent.app, 'POST', bot('a1', 'one'))
  await agent.postgres.client.unsafe('alter table bots rename to bots_away')
  const refused = await call(agent.app, `GET${queryOf('a1')}`)
  expect(refused).toMatchObject({
    status: 200,
    body: { code: 40500, message: 'Agent internal service error', data: null },
  })
  expect(JSON.stringify(refused.body)).not.toMatch(/select|relation|bots/)
  await agent.postgres.client.unsafe('alter table bots_away rename to bots')
  expect(instructOf((await call(agent.app, `GET${queryOf('a1')}`)).body)).toBe('one')
})

test('pin 49, kept in PostgreSQL: no connection stays in a transaction, whether requests succeed, are refused or fail', async () => {
  await using agent = await createTestAgent()
  for (let round = 0; round < 12; round++) {
    await call(agent.app, 'POST', bot('a1', 'text\u0000with a zero'))
    await call(agent.app, 'PUT', bot('a1'))
    await call(agent.app, 'POST', {})
    await call(agent.app, `DELETE${queryOf('a2')}`)
  }
  // The temporary database has four connections for all of this.
  await waitFor(
    async () => {
      const [open] = await agent.postgres.client`
        select count(*)::int as count from pg_stat_activity
        where datname = current_database() and state like 'idle in transaction%'`
      return open?.count === 0
    },
    { what: 'every transaction to be over' },
  )
  expect(codeOf((await call(agent.app, 'POST', bot('a3'))).body)).toBe(0)
})
