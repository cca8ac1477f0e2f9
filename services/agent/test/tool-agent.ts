import { callApp } from '#shared/testing/call-app.ts'
import { type ModelServerRequest, modelChunk, modelStream, startModelServer } from '#shared/testing/model-server.ts'
import type { toFrame } from '../chat/frames.ts'
import { toTurnEvent } from '../turns/turn-journal.ts'
import { appHeaders, createTestAgent } from './create-test-agent.ts'
import { startFakeGateway } from './fake-gateway.ts'

export type Frame = ReturnType<typeof toFrame>

/** The agent service with a scripted model over HTTP and other services as the test says, asked by the wire's custom route. */
export const createToolAgent = async (options: {
  model: (request: ModelServerRequest, asked: number) => Response | Promise<Response>
  gateway?: Parameters<typeof startFakeGateway>[0]
}) => {
  const gateway = await startFakeGateway(options.gateway ?? {})
  const server = startModelServer(options.model)
  const agent = await createTestAgent({ allow: '127.0.0.1', gatewayPath: gateway.path })
  const ask = async (fields: Record<string, unknown> = {}) => {
    const body = {
      model_config: { domain: 'm', api: server.url },
      messages: [{ role: 'user', content: 'What is 1 + 2?' }],
      max_loop_count: 5,
      ...fields,
    }
    const headers = appHeaders('app')
    const answer = await callApp(agent.app, 'POST /agent/v1/custom/chat/completions', { headers, body })
    return { frames: readFrames(answer.body), runId: answer.headers.get('x-orrery-run-id') ?? '' }
  }
  return {
    ...agent,
    agent,
    gateway,
    server,
    ask,
    eventsOf: async (runId: string) => (await agent.journal.read(runId, -1)).map(({ event }) => toTurnEvent(event)),
    async [Symbol.asyncDispose]() {
      await agent[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
      await gateway[Symbol.asyncDispose]()
    },
  }
}

/** The frames of a whole stream of the wire; comments are none. */
export const readFrames = (text: unknown): Frame[] =>
  String(text)
    .split('\n')
    .filter((line) => line.startsWith('data: {'))
    .map((line) => JSON.parse(line.slice('data: '.length)) as Frame)

/** What each frame tells, in one word and its text: `content abc`, `tool_calls add`, `stop 0`. */
export const tellFrames = (frames: readonly Frame[]): string[] =>
  frames.map((frame) => {
    const [choice] = frame.choices
    const { content, reasoning_content: reasoning, tool_calls: calls } = choice?.delta ?? {}
    if (choice?.finish_reason === 'stop') return `stop ${frame.code}`
    if (calls) return `${calls[0]?.type} ${calls[0]?.function.name}`
    if (reasoning !== null && reasoning !== undefined) return `reasoning ${reasoning}`
    return content === null || content === undefined ? 'nothing' : `content ${content}`
  })

/** A streamed answer that calls tools. */
export const modelCalls = (...calls: { name: string; input: object }[]): Response =>
  modelStream(
    modelChunk({
      tool_calls: calls.map(({ name, input }, index) => ({
        index,
        id: `call-${index}`,
        type: 'function',
        function: { name, arguments: JSON.stringify(input) },
      })),
    }),
    modelChunk({}, 'tool_calls'),
  )
