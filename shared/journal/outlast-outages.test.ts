import { expect, test } from 'bun:test'
import { AppError } from '#shared/errors/app-error.ts'
import { outlastOutages } from './outlast-outages.ts'

class MissingError extends AppError {
  readonly code = 'TEST_MISSING'
  readonly kind = 'not_found'
}

const failing = (...errors: unknown[]) => {
  let asked = 0
  const repository = {
    find: async (id: string) => {
      const error = errors[asked]
      asked += 1
      if (error !== undefined) throw error
      return `found ${id}`
    },
  }
  return { repository, asked: () => asked }
}
const refused = (code: string) => Object.assign(new Error('no connection'), { code })
/** As the query builder reports it. */
const failedQuery = (code: string) => new Error('Failed query: select 1', { cause: refused(code) })
const forever = new AbortController().signal

test('a question is asked until the database is back, in whatever way it says that it is away', async () => {
  const { repository, asked } = failing(refused('ECONNREFUSED'), failedQuery('57P03'), failedQuery('CONNECTION_CLOSED'))
  expect(await outlastOutages(repository, forever).find('a')).toBe('found a')
  expect(asked()).toBe(4)
})

test.each([
  ['of our own', new MissingError('gone')],
  ['of our own that tells of an outage', new MissingError('gone', { cause: refused('ECONNREFUSED') })],
  ['of the query itself', failedQuery('42P01')],
  ['without a code', new Error('wrong')],
])('an error %s is passed on', async (_, error) => {
  const { repository, asked } = failing(error)
  await expect(outlastOutages(repository, forever).find('a')).rejects.toBe(error as Error)
  expect(asked()).toBe(1)
})

test('whoever stops does not wait for the database', async () => {
  const { repository } = failing(...Array.from({ length: 100 }, () => refused('ECONNREFUSED')))
  const stopping = new AbortController()
  const found = outlastOutages(repository, stopping.signal).find('a')
  stopping.abort(new Error('stopped'))
  await expect(found).rejects.toThrow()
})
