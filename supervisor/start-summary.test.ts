import { expect, test } from 'bun:test'
import { renderStartSummary } from './start-summary.ts'

const facts = {
  version: '1.0.0',
  ready: true,
  url: 'http://127.0.0.1:8080',
  dataDirectory: '/data',
  newRootKey: undefined,
  setupCode: undefined,
  pools: [],
  database: 'embedded',
  warnings: [],
  elapsedMs: 1_200,
} as const

test('the setup code is shown while there is no administrator, and neither key nor code later', () => {
  const first = renderStartSummary({ ...facts, newRootKey: 'orrery_key', setupCode: 'AAAAA-BBBBB' })
  expect(first).toContain('http://127.0.0.1:8080/setup  (code AAAAA-BBBBB')
  expect(first).toContain('orrery_key  (shown once')
  const later = renderStartSummary(facts)
  expect(later).not.toContain('set up')
  expect(later).not.toContain('root key')
})
