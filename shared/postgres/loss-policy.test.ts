import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { isPureRead, judgeLoss } from './loss-policy.ts'

const failure = (facts: object) => Object.assign(new Error('of the driver'), facts)

test('a question that found no server is told from one whose answer was lost', () => {
  for (const code of ['ECONNREFUSED', 'CONNECT_TIMEOUT', '57P03', '53300'])
    expect([code, judgeLoss(failure({ code }))]).toEqual([code, 'unheard'])
  expect(judgeLoss(failure({ code: 'ENOENT', syscall: 'connect' }))).toBe('unheard')
  for (const code of ['CONNECTION_CLOSED', 'ECONNRESET', 'EPIPE', '57P01'])
    expect([code, judgeLoss(failure({ code }))]).toEqual([code, 'unanswered'])
})

test('a loss is known under the wrapping of the query builder', () => {
  expect(judgeLoss(new Error('Failed query', { cause: failure({ code: 'CONNECTION_CLOSED' }) }))).toBe('unanswered')
})

test('what the server answers is no loss, and neither is a missing file', () => {
  for (const code of ['23505', '40001', '42601', '57014', 'ENOENT', 'DATABASE_AWAY', 'KNOWLEDGE_BASE_NOT_FOUND'])
    expect([code, judgeLoss(failure({ code }))]).toEqual([code, undefined])
  expect(judgeLoss('CONNECTION_CLOSED')).toBeUndefined()
})

test('a pooler that lost its server ends the connection, a server that tells of another one does not', () => {
  expect(judgeLoss(failure({ code: '08P01', severity: 'FATAL' }))).toBe('unanswered')
  expect(judgeLoss(failure({ code: '08006', severity: 'ERROR' }))).toBeUndefined()
})

test('only what changes nothing counts as a read', () => {
  const reads = [
    'select "id", "updated_at", "deleted_at" from "apps" where "id" = $1',
    'with "hits" as (select 1) select * from "hits" order by "inserted"',
  ]
  const others = [
    'insert into "apps" values ($1)',
    'select nextval($1) as id',
    'with "gone" as (delete from "apps" returning "id") select * from "gone"',
    'select * from "apps" for update',
    'select pg_advisory_xact_lock($1)',
    'begin',
  ]
  for (const statement of reads) expect([statement, isPureRead(statement)]).toEqual([statement, true])
  for (const statement of others) expect([statement, isPureRead(statement)]).toEqual([statement, false])
})

test('no function of the journal, all of which change something, counts as a read', () => {
  const schema = readFileSync(new URL('../journal/schema.sql', import.meta.url), 'utf8')
  const names = [...schema.matchAll(/create function (\w+)/g)].map(([, name]) => name)
  expect(names.length).toBeGreaterThan(2)
  for (const name of names) expect([name, isPureRead(`select ${name}($1)`)]).toEqual([name, false])
})
