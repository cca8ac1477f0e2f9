import { expect, test } from 'bun:test'
import type { ReloadPlan } from '../reload/reload-policy.ts'
import { renderOutcome, renderPreview } from './render-reload.ts'

const plan: ReloadPlan = {
  refused: [],
  hot: ['pool a: max 1 -> 3'],
  rolling: [{ pool: 'a', reasons: ['LOG_LEVEL info -> debug', 'services b -> c'] }],
  added: ['new'],
  removed: ['old'],
  gateway: ['PORT 8080 -> 9000'],
}

test('each change is told with what it costs', () => {
  expect(renderPreview({ result: 'applied', problems: [], plan, elapsedMs: 0 })).toBe(
    [
      'HOW        WHAT',
      'at once    pool a: max 1 -> 3',
      'new pool   new',
      'pool goes  old',
      'workers    a: LOG_LEVEL info -> debug; services b -> c',
      'gateway    PORT 8080 -> 9000',
      '',
    ].join('\n'),
  )
})

test('what was not applied is told with its reasons', () => {
  const outcome = { problems: ['PORT: needs a TCP port'], elapsedMs: 1_240 }
  expect(renderPreview({ ...outcome, result: 'invalid' })).toContain('  PORT: needs a TCP port\n')
  expect(renderOutcome({ ...outcome, result: 'invalid' })).toContain('nothing was changed:\n  PORT: needs')
  expect(renderOutcome({ ...outcome, result: 'rolled-back', plan })).toContain('Taken back after 1.2 s')
  const refused = { ...plan, refused: ['DATABASE_URL is another one: only a new start can change it'] }
  expect(renderPreview({ ...outcome, result: 'refused', plan: refused })).toContain('would change nothing')
})

test('no difference and success are told as such', () => {
  expect(renderOutcome({ result: 'unchanged', problems: [], plan, elapsedMs: 3 })).toContain('nothing was changed')
  expect(renderOutcome({ result: 'applied', problems: [], plan, elapsedMs: 2_000 })).toEndWith('\nApplied in 2.0 s.\n')
})
