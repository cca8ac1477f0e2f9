import { afterAll, beforeAll, expect, test } from 'bun:test'
import { startWorkflow } from '../fixtures/start-workflow.ts'

let workflow: Awaited<ReturnType<typeof startWorkflow>>
beforeAll(async () => {
  workflow = await startWorkflow()
})
afterAll(() => workflow[Symbol.asyncDispose]())

/** Every path of the wire, with the prefixes that it has. */
const PATHS: [method: string, path: string, ...prefixes: string[]][] = [
  ['POST', 'chat/completions', '/workflow/v1'],
  ['POST', 'debug/chat/completions', '/workflow/v1'],
  ['POST', 'resume', '/workflow/v1'],
  ['POST', 'debug/resume', '/workflow/v1'],
  ['POST', 'protocol/add', '/workflow/v1', '/sparkflow/v1'],
  ['POST', 'protocol/get', '/workflow/v1', '/sparkflow/v1'],
  ['POST', 'protocol/update/987654321', '/workflow/v1', '/sparkflow/v1'],
  ['POST', 'protocol/delete', '/workflow/v1', '/sparkflow/v1'],
  ['POST', 'protocol/build/987654321', '/workflow/v1', '/sparkflow/v1'],
  ['GET', 'get_flow_info/987654321', '/workflow/v1', '/sparkflow/v1'],
  ['POST', 'protocolcompare/save', '/workflow/v1', '/sparkflow/v1'],
  ['POST', 'protocol/compare/save', '/workflow/v1', '/sparkflow/v1'],
  ['DELETE', 'protocol/compare/delete', '/workflow/v1', '/sparkflow/v1'],
  ['POST', 'run', '/workflow/v1', '/sparkflow/v1'],
  ['POST', 'code/run', '/workflow/v1', '/sparkflow/v1'],
  ['POST', 'node/debug', '/workflow/v1', '/sparkflow/v1'],
  ['POST', 'publish', '/v1', '/workflow/v1/v1', '/workflow/v1'],
  ['POST', 'auth', '/v1', '/workflow/v1/v1', '/workflow/v1'],
  ['POST', 'upload_file', '/workflow/v1'],
  ['POST', 'upload_files', '/workflow/v1'],
]
const routes = PATHS.flatMap(([method, path, ...prefixes]) => prefixes.map((prefix) => `${method} ${prefix}/${path}`))

test.each(routes)('%s answers a faulty call with 200 and a code, and the same with a final slash', async (route) => {
  const hasBody = !route.startsWith('GET')
  const isChat = /chat\/completions|resume/.test(route)
  const ask = async (path: string) => {
    const response = await workflow.call(path, { appId: 'alice', ...(hasBody && { body: { flow_id: 5, name: 5 } }) })
    expect(response.status).toBe(200)
    const { code, message, sid, id, created } = (await response.json()) as Record<string, unknown>
    expect(code).toBeGreaterThan(0)
    expect(typeof (isChat ? id : sid)).toBe('string')
    if (isChat) expect(typeof created).toBe('number')
    return { code, message }
  }
  expect(await ask(`${route}/`)).toEqual(await ask(route))
})
