import { expect, test } from 'bun:test'
import { planSuites } from './plan-suites.ts'

const files = [
  'services/agent/a.test.ts',
  'services/agent/b.integration.test.ts',
  'services/agent/deep/c.integration.test.ts',
  'services/agent/d.e2e.test.ts',
  'shared/ids/e.integration.test.ts',
  'shared/journal/f.integration.test.ts',
  'supervisor/reload/reload.integration.test.ts',
  'supervisor/test/g.integration.test.ts',
  'supervisor/test/names-contract.e2e.test.ts',
]

test('each file is run once', () => {
  const { together, alone } = planSuites(files)
  expect([...together, ...alone].flatMap((suite) => suite.files).sort()).toEqual([...files].sort())
})

test('a folder of one kind shares a process, what takes long comes first, and who needs fixed ports is alone', () => {
  const { together, alone } = planSuites(files)
  expect(together.map(({ title }) => title)).toEqual([
    'reload.integration',
    'supervisor/test integration',
    'shared integration',
    'services/agent integration',
    'services/agent end-to-end',
    'unit',
  ])
  expect(alone.map(({ title }) => title)).toEqual(['names-contract.e2e'])
})

test('a file that was renamed leaves no suite without files', () => {
  expect(planSuites(['shared/ids/a.test.ts']).together.map(({ title }) => title)).toEqual(['unit'])
})
