import { afterAll, beforeAll, expect, test } from 'bun:test'
import { readFrames, shownText, startWorkflow } from '../fixtures/start-workflow.ts'

let workflow: Awaited<ReturnType<typeof startWorkflow>>
beforeAll(async () => {
  workflow = await startWorkflow()
})
afterAll(() => workflow[Symbol.asyncDispose]())

const ask = (key: string, text: string, stream = true) =>
  workflow.call('POST /workflow/v1/chat/completions', {
    appId: 'starter',
    headers: { 'idempotency-key': key },
    body: { flow_id: '101', stream, parameters: { AGENT_USER_INPUT: text } },
  })
const runIdOf = (response: Response) => response.headers.get('x-orrery-run-id')

test('a chat that is asked for again with its key is the same run, from its first frame on', async () => {
  const answers = await Promise.all([ask('k1', 'hi'), ask('k1', 'hi')])
  const texts = await Promise.all(answers.map(async (answer) => shownText(await readFrames(answer))))
  expect(texts).toEqual(['You said: hi', 'You said: hi'])
  const later = await ask('k1', 'hi')
  expect(shownText(await readFrames(later))).toBe('You said: hi')
  expect(new Set([...answers, later].map(runIdOf)).size).toBe(1)
})

test('another key is another run, and a key that stands for another request is refused', async () => {
  const [one, two] = await Promise.all([ask('k2', 'hi', false), ask('k3', 'hi', false)])
  expect(runIdOf(one)).not.toBe(runIdOf(two))
  expect((await readFrames(await ask('k2', 'other'))).at(-1)).toMatchObject({ code: expect.any(Number) })
  expect(await (await ask('k2', 'hi', false)).json()).toMatchObject({ code: 0 })
})
