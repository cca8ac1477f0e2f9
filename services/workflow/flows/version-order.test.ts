import { expect, test } from 'bun:test'
import { newestVersion } from './version-order.ts'

test('versions are compared by number, not as text', () => {
  expect(newestVersion([{ version: 'v1.9' }, { version: 'v1.10' }, { version: 'v1.2' }])?.version).toBe('v1.10')
  expect(newestVersion([{ version: 'v9.0' }, { version: 'v10.0' }])?.version).toBe('v10.0')
})

test('a name without a number is older than any other', () => {
  expect(newestVersion([{ version: 'draft' }, { version: 'v0.1' }])?.version).toBe('v0.1')
  expect(newestVersion([])).toBeUndefined()
})
