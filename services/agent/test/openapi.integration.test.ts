import { expect, test } from 'bun:test'
import { describeApp } from '#shared/http/describe-app.ts'
import { createTestAgent } from './create-test-agent.ts'

interface Operation {
  summary?: string
  requestBody?: object
  parameters?: object[]
  responses?: Record<string, object>
}

test('every route is described: what it is for, what it takes and gives, with an example of each body', async () => {
  await using agent = await createTestAgent()
  const document = (await describeApp(agent.app, { title: 'Agent', description: '' })) as {
    paths: Record<string, Record<string, Operation>>
  }
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ route: `${method} ${path}`, method, operation })),
  )
  expect(operations.length).toBeGreaterThan(15)
  for (const { route, method, operation } of operations) {
    expect({ route, summary: operation.summary }).toEqual({ route, summary: expect.stringMatching(/\w{3}/) })
    expect({ route, responses: Object.keys(operation.responses ?? {}) }).toEqual({
      route,
      responses: [expect.stringMatching(/^20/)],
    })
    if (operation.requestBody)
      expect({ route, body: JSON.stringify(operation.requestBody) }).toEqual({
        route,
        body: expect.stringMatching(/"examples?":/),
      })
    if (method === 'get')
      expect({ route, answer: JSON.stringify(operation.responses) }).toEqual({
        route,
        answer: expect.stringMatching(/"examples?":/),
      })
  }
})
