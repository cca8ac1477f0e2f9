import { expect, test } from 'bun:test'
import { seededRandom } from '#shared/testing/seeded-random.ts'
import { readBotConfig } from '../bots/read-bot-config.ts'
import { type AgentContent, type AgentTool, DEFAULT_SETTINGS, NO_KEYS } from './agent-settings.ts'
import { diffSettings } from './diff-settings.ts'
import { toBotConfig } from './settings-to-wire.ts'
import { withBotConfig } from './wire-to-settings.ts'

const ids = { appId: 'a1', botId: 'b1' }
const isBuiltIn = (toolId: string) => toolId === 'calculator'
const tools: AgentTool[] = [
  { kind: 'link', toolId: 't1', version: 'V2.0', operationId: 'add' },
  { kind: 'builtin', id: 'calculator' },
  { kind: 'link', toolId: 't1', version: 'V2.0', operationId: 'sub' },
  { kind: 'mcp', serverId: 'm1', url: '', names: ['echo'] },
  { kind: 'mcp', serverId: '', url: 'http://m/mcp', names: null },
  { kind: 'flow', flowId: 'f1' },
  {
    ...{ kind: 'knowledge', name: 'handbook', description: 'Rules', bases: ['b1'], documents: [] },
    ...{ topK: 2, threshold: 0.5, mode: 'tool', ragType: 'AIUI-RAG2' },
  },
]
const content: AgentContent = {
  settings: {
    ...DEFAULT_SETTINGS,
    ...{ instruction: 'a', answerInstruction: 'b', fallbackModels: ['x'], approval: 'effects', cite: true },
    model: { name: 'm', url: '', temperature: 0.1, maxTokens: 10 },
    answerModel: { name: 'n', url: 'http://n/v1', temperature: 0.2, maxTokens: 20 },
    tools,
  },
  keys: { model: '', answerModel: 'secret' },
}
const write = (change: object, current: AgentContent | undefined = content) =>
  withBotConfig({ config: readBotConfig({ ...toBotConfig(ids, current ?? content), ...change }), current, isBuiltIn })

test('a client of the wire that writes back what it read changes nothing', () => {
  expect(write({})).toEqual(content)
})

test('a change through the wire keeps what the wire has no field for', () => {
  const { settings } = write({ tool_ids: ['t1', 'calculator', 't9'], flow_ids: [] })
  expect(settings.tools).toEqual([
    ...[tools[0], tools[2], tools[1]].filter((tool) => tool !== undefined),
    { kind: 'link', toolId: 't9', version: 'V1.0', operationId: null },
    ...[tools[3], tools[4], tools[6]].filter((tool) => tool !== undefined),
  ])
  expect(settings).toMatchObject({ fallbackModels: ['x'], approval: 'effects', cite: true, answerInstruction: 'b' })
  const emptied = write({ regular_config: {} }).settings
  expect(emptied.tools.map(({ kind }) => kind)).not.toContain('knowledge')
  // A new instruction is for both; the old one for answers was made for the old text.
  const { plan, summary } = toBotConfig(ids, content).model_config
  expect(write({ model_config: { instruct: 'c', plan, summary } }).settings).toMatchObject({
    ...{ instruction: 'c', answerInstruction: null },
  })
})

test('what the wire writes, it reads', () => {
  const random = seededRandom(7)
  const pick = <Item>(...items: Item[]): Item => items[Math.floor(random() * items.length)] as Item
  const model = () => ({
    ...{ api: pick('', 'http://x/v1'), domain: pick('m', 'n'), sk: pick('', 'k') },
    parameter: {
      ...{ max_tokens: pick(0, 10, 2048), question_type: pick('knowledge', 'not_knowledge') },
      ...{ temperature: pick(0, 0.5, 1), top_k: pick(1, 4) },
    },
    ...{ patch_id: pick<string[]>([], ['p']), support_function_call: pick(true, false) },
  })
  let current: AgentContent | undefined = { settings: DEFAULT_SETTINGS, keys: NO_KEYS }
  for (let round = 0; round < 2_000; round++) {
    const config = readBotConfig({
      ...{ app_id: 'a1', bot_id: 'b1' },
      knowledge_config: { score_threshold: pick(0.1, 0.3), top_k: pick(1, 3, 9) },
      model_config: { instruct: pick('', 'a', 'b'), plan: model(), summary: model() },
      regular_config: {
        match: { repoId: pick<string[]>([], ['r1'], ['r1', 'r2']), docId: pick<string[]>([], ['d1']) },
        rag: { type: pick('AIUI-RAG2', 'CBG-RAG', '') },
      },
      tool_ids: pick<string[]>([], ['calculator'], ['t1', 'calculator'], ['t2', 't1']),
      mcp_server_ids: pick<string[]>([], ['m1']),
      mcp_server_urls: pick<string[]>([], ['http://m/mcp']),
      flow_ids: pick<string[]>([], ['f1', 'f2']),
    })
    current = withBotConfig({ config, current: pick(current, content, undefined), isBuiltIn })
    expect(toBotConfig(ids, current)).toEqual(config)
    expect(withBotConfig({ config, current, isBuiltIn })).toEqual(current)
  }
})

test('differences name each place, down to the item', () => {
  const to = {
    ...content.settings,
    cite: false,
    tools: tools.slice(0, 5),
    memory: { ...content.settings.memory, longTerm: { enabled: true, tokensMax: 500 } },
  }
  expect(diffSettings(content.settings, to)).toEqual([
    { path: '/tools/5', from: tools[5] },
    { path: '/tools/6', from: tools[6] },
    { path: '/cite', from: true, to: false },
    { path: '/memory/longTerm/enabled', from: false, to: true },
  ])
  expect(diffSettings({ 'a/b~': 1 }, { 'a/b~': [1] })).toEqual([{ path: '/a~1b~0', from: 1, to: [1] }])
  expect(diffSettings(content, structuredClone(content))).toEqual([])
})
