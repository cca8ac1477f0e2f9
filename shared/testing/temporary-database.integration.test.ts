import { expect, test } from 'bun:test'
import { temporaryDatabase } from './temporary-database.ts'

test('databases that are made at once are whole, are gone afterwards, and know nothing of each other', async () => {
  const urls: string[] = []
  {
    await using one = await temporaryDatabase()
    const others = await Promise.all([temporaryDatabase(), temporaryDatabase(), temporaryDatabase()])
    await one.client`create table mine (value text)`
    for (const other of others) {
      const tables = await other.client<
        { name: string }[]
      >`select tablename as name from pg_tables where schemaname = 'public'`
      expect(tables.length).toBeGreaterThan(10)
      expect(tables.map(({ name }) => name)).not.toContain('mine')
      urls.push(other.url)
      await other[Symbol.asyncDispose]()
    }
    const left = await one.client<{ name: string }[]>`select datname as name from pg_database`
    for (const url of urls) expect(left.some(({ name }) => url.includes(name) && name.startsWith('test_'))).toBe(false)
  }
})
