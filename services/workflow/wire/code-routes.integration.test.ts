import { afterAll, beforeAll, expect, test } from 'bun:test'
import { startWorkflow } from '../fixtures/start-workflow.ts'

let workflow: Awaited<ReturnType<typeof startWorkflow>>
beforeAll(async () => {
  workflow = await startWorkflow()
})
afterAll(() => workflow[Symbol.asyncDispose]())

const body = (code: string) => ({
  code,
  variables: [{ name: 'text', content: 'ab' }],
  app_id: 'alice',
  uid: 'u',
  flow_id: '',
})

test.each(['/workflow/v1/run', '/workflow/v1/code/run', '/sparkflow/v1/run', '/sparkflow/v1/code/run'])(
  '%s answers what main returned',
  async (path) => {
    const code = 'def main(text):\n    return {"twice": text * 2}'
    expect(await workflow.json(`POST ${path}`, { appId: 'alice', body: body(code) })).toEqual({
      code: 0,
      message: 'success',
      data: { twice: 'abab' },
      sid: expect.any(String),
    })
  },
)

test('failures have the code of a code node', async () => {
  const run = (code: string) => workflow.json('POST /workflow/v1/run', { appId: 'alice', body: body(code) })
  expect(await run('def main(text):\n    return 1 / 0')).toMatchObject({
    code: 21600,
    message: expect.stringContaining('ZeroDivisionError'),
  })
  expect(await run('x = 1')).toMatchObject({ code: 21601 })
  expect(await run('def main(text):\n    return 1')).toMatchObject({ code: 21602 })
  expect(await run('')).toMatchObject({ code: 460, message: expect.stringContaining('body->code') })
})

test('another language is named in the request, and an unknown one is refused', async () => {
  const run = (language: string, code: string) =>
    workflow.json('POST /workflow/v1/run', { appId: 'alice', body: { ...body(code), language } })
  const typed = 'export default ({ text }: { text: string }) => ({ twice: text + text })'
  expect(await run('typescript', typed)).toMatchObject({ code: 0, data: { twice: 'abab' } })
  expect(await run('javascript', 'const main = ({ text }) => ({ twice: text + text })')).toMatchObject({
    code: 0,
    data: { twice: 'abab' },
  })
  expect(await run('ruby', 'x')).toMatchObject({ code: 460, message: expect.stringContaining('language') })
})
