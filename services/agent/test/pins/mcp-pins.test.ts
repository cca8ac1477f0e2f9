import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { createGatewayClient } from '../../clients/gateway-client.ts'
import { createMcpClient } from '../../clients/mcp-client.ts'
import { newTurnState } from '../../loop/fold-turn.ts'
import { runTool } from '../../loop/run-tool.ts'
import { systemPrompt } from '../../loop/system-prompt.ts'
import { readMcpReply } from '../../toolbox/mcp-outcome.ts'
import { createToolRunner } from '../../toolbox/run-pinned-tool.ts'
import { createBuiltInToolbox } from '../../toolbox/toolbox.ts'
import { pinPlugins } from '../../turns/pin-plugins.ts'
import { createTurnSources } from '../../turns/turn-sources.ts'
import { aTurn } from '../a-turn.ts'
import { startFakeGateway } from '../fake-gateway.ts'

const LIST = 'POST /api/v1/mcp/tool_list'
const CALL = 'POST /api/v1/mcp/call_tool'
const signal = new AbortController().signal

let gateway: Awaited<ReturnType<typeof startFakeGateway>>
beforeEach(async () => {
  gateway = await startFakeGateway({})
})
afterEach(() => gateway[Symbol.asyncDispose]())

const tool = {
  name: 'search',
  description: 'Finds pages.',
  inputSchema: { type: 'object', properties: { words: { type: 'string' } }, required: ['words'] },
}
const server = (fields: object = {}) => ({
  server_id: 'm1',
  server_status: 0,
  server_message: '',
  tools: [tool],
  ...fields,
})
const listed = (...servers: object[]) => ({ code: 0, message: 'Success', sid: 's', data: { servers } })

const pinServers = (
  servers: { ids?: string[]; urls?: string[] },
  options: { onBrokenSource?: 'fail' | 'degrade'; listMsMax?: number } = {},
) => {
  const client = createGatewayClient(gateway.path)
  const mcp = createMcpClient(client, { listMsMax: options.listMsMax ?? 5_000, callMsMax: 5_000 })
  return pinPlugins(
    { sources: { ...createTurnSources(client), mcp } },
    { tools: [], mcpServerIds: servers.ids ?? [], mcpServerUrls: servers.urls ?? [], flowIds: [], knowledge: [] },
    {
      appId: 'a1',
      sid: 's1',
      signal,
      question: '',
      onBrokenSource: options.onBrokenSource ?? 'fail',
    },
  )
}

test('pin 27: a call has the shape of the wire, and its whole reply is kept', async () => {
  const reply = {
    code: 0,
    message: 'Success',
    sid: 's',
    data: { isError: false, content: [{ type: 'text', text: 'hi' }] },
  }
  gateway.answers[CALL] = () => reply
  const run = createToolRunner({
    ...createTurnSources(createGatewayClient(gateway.path)),
    toolbox: createBuiltInToolbox(),
  })
  const pinned = {
    definition: { name: 'search', description: '', parameters: {} },
    hasEffect: true,
    reference: { kind: 'mcp' as const, serverId: '', serverUrl: 'https://mcp.example', toolName: 'search' },
  }
  const call = {
    tool: pinned,
    call: { id: '1', name: 'search', arguments: '{"words":"x"}' },
    onBrokenSource: 'fail' as const,
  }
  const context = { appId: 'a', uid: '', sid: 's1', idempotencyKey: 'k', now: new Date(), signal }
  expect(await runTool(run, call, context)).toEqual({ text: 'hi', failed: false, response: reply })
  expect(gateway.asked[0]?.body).toEqual({
    mcp_server_id: '',
    mcp_server_url: 'https://mcp.example',
    tool_name: 'search',
    tool_args: { words: 'x' },
    sid: 's1',
  })
  gateway.answers[CALL] = () => ({ no: 'code' })
  await expect(runTool(run, call, context)).rejects.toMatchObject({ wireCode: 40027 })
})

test('pin 28: a list is asked for with the ids and addresses of servers', async () => {
  gateway.answers[LIST] = () => listed(server(), server({ server_id: undefined, server_url: 'https://u' }))
  const { tools } = await pinServers({ ids: ['m1'], urls: ['https://u'] })
  expect(gateway.asked[0]?.body).toEqual({ sid: 's1', mcp_server_ids: ['m1'], mcp_server_urls: ['https://u'] })
  expect(tools.map(({ reference }) => reference)).toEqual([
    { kind: 'mcp', serverId: 'm1', serverUrl: '', toolName: 'search' },
    { kind: 'mcp', serverId: '', serverUrl: 'https://u', toolName: 'search' },
  ])
})

describe('pin 29: servers that cannot be asked are code 40026', () => {
  test.each([
    ['code 400', () => ({ code: 400, message: 'no' })],
    ['no answer in time', () => new Promise<Response>(() => undefined)],
    ['a server with status 1', () => listed(server(), server({ server_id: 'm2', server_status: 1, tools: null }))],
    ['a server that is not in the answer', () => listed(server())],
  ])('%s', async (_, answer) => {
    gateway.answers[LIST] = answer
    await expect(pinServers({ ids: ['m1', 'm2'] }, { listMsMax: 200 })).rejects.toMatchObject({ wireCode: 40026 })
  })

  test('an agent that may go on loses only the broken server, and its model is told', async () => {
    gateway.answers[LIST] = () => listed(server(), server({ server_id: 'm2', server_status: 1, tools: null }))
    const { tools, unavailable } = await pinServers({ ids: ['m1', 'm2'] }, { onBrokenSource: 'degrade' })
    expect(tools).toHaveLength(1)
    expect(unavailable).toEqual(['The tool server "m2" cannot be reached.'])
  })
})

test('tools without a schema, and servers without tools, are no failure', async () => {
  gateway.answers[LIST] = () => listed(server({ tools: [{ name: 'plain', inputSchema: null }] }))
  const { tools } = await pinServers({ ids: ['m1'] })
  expect(tools[0]?.definition).toEqual({
    name: 'plain',
    description: '',
    parameters: { type: 'object', properties: {} },
  })
})

test('pin 30: in text, a tool is told with its name, description and parameters', async () => {
  gateway.answers[LIST] = () => listed(server())
  const { tools } = await pinServers({ ids: ['m1'] })
  const prompt = systemPrompt(aTurn({ tools }), newTurnState(), { withTools: true, calling: 'react' })
  expect(prompt).toContain('tool_name:search, tool_description:Finds pages., tool_parameters:{')
  expect(prompt).toContain('"words"')
})

test('parts that are no text are named to the model', () => {
  const data = {
    content: [
      { type: 'text', text: 'see' },
      { type: 'image', data: 'AAAA', mimeType: 'image/png' },
      { type: 'resource', resource: { uri: 'file:///a', text: 'inside' } },
    ],
  }
  expect(readMcpReply({ code: 0, data })).toEqual({ text: 'see\n(image of type image/png)\ninside', failed: false })
  expect(readMcpReply({ code: 30707, message: 'broken', data: {} })).toMatchObject({ failed: true })
})
