import { node, output } from '../../test/build-flow.ts'
import { type BadProtocol, between, GENERAL } from './bad-protocol.ts'

type Json = Record<string, unknown>
const withParam = (id: string, param: Json, more: Json = {}) =>
  between(node(id, { outputs: [output('output')], param, ...more }))
const model = { source: 'openai', domain: 'm', template: 'x', respFormat: 2 }
const branch = (change: Json) => ({
  cases: [
    { id: 'branch_one_of::1', level: 1, logicalOperator: 'and', conditions: [], ...change },
    { id: 'branch_one_of::2', level: 999, logicalOperator: 'and', conditions: [] },
  ],
})
const condition = (compareOperator: unknown) => ({ conditions: [{ leftVarIndex: 'a', compareOperator }] })
const intent = { id: 'intent-one-of::1', name: 'a', description: 'a', intentType: 2 }
const retrying = (id: string, retry: Json) =>
  between(
    node(id, {
      outputs: [
        output('text'),
        output('count', { type: 'integer', default: 1 }),
        output('list', { type: 'array', items: { type: 'string' } }),
      ],
      param: { code: 'def main():\n    return {}', codeLanguage: 'python', appId: '', uid: '' },
      retry: { should_retry: true, error_strategy: 1, ...retry },
    }),
  )
const CODE = 'ifly-code::c'

/** Parameters of nodes that say nothing, and error handling that could not be done. */
export const parameterCases: BadProtocol[] = [
  {
    name: 'a message without a template',
    protocol: withParam('message::m', {}),
    code: GENERAL,
    says: ['message::m', '/template'],
  },
  {
    name: 'a message whose template is a list',
    protocol: withParam('message::m', { template: ['x'] }),
    code: GENERAL,
    says: ['message::m', '/template'],
  },
  {
    name: 'an answer mode that does not exist',
    protocol: withParam('node-end::x', { outputMode: 2 }),
    code: GENERAL,
    says: ['node-end::x', '/outputMode'],
  },
  {
    name: 'a joiner of an unknown mode',
    protocol: withParam('text-joiner::j', { mode: 7 }),
    code: GENERAL,
    says: ['text-joiner::j', '/mode'],
  },
  {
    name: 'a branch with one case',
    protocol: withParam('if-else::i', { cases: branch({}).cases.slice(0, 1) }),
    code: GENERAL,
    says: ['if-else::i', '/cases'],
  },
  {
    name: 'a branch without cases',
    protocol: withParam('if-else::i', {}),
    code: GENERAL,
    says: ['if-else::i', '/cases'],
  },
  {
    name: 'a case of level 0',
    protocol: withParam('if-else::i', branch({ level: 0 })),
    code: GENERAL,
    says: ['if-else::i', '/cases/0/level'],
  },
  {
    name: 'a case whose id is no handle',
    protocol: withParam('if-else::i', branch({ id: 'one' })),
    code: GENERAL,
    says: ['if-else::i', '/cases/0/id'],
  },
  {
    name: 'a case joined by xor',
    protocol: withParam('if-else::i', branch({ logicalOperator: 'xor' })),
    code: GENERAL,
    says: ['if-else::i', '/cases/0/logicalOperator'],
  },
  {
    name: 'an operator that does not exist',
    protocol: withParam('if-else::i', branch(condition('like'))),
    code: GENERAL,
    says: ['if-else::i', '/cases/0/conditions/0/compareOperator'],
  },
  {
    name: 'a decision without intents',
    protocol: withParam('decision-making::d', { domain: 'm' }, { inputs: { q: 'x' } }),
    code: 22_101,
    says: ['decision-making::d', 'intentChains'],
  },
  {
    name: 'a decision with an empty list of intents',
    protocol: withParam('decision-making::d', { domain: 'm', intentChains: [] }, { inputs: { q: 'x' } }),
    code: 22_101,
    says: ['decision-making::d', 'intentChains'],
  },
  {
    name: 'an intent without a description',
    protocol: withParam(
      'decision-making::d',
      { domain: 'm', intentChains: [{ ...intent, description: '' }] },
      { inputs: { q: 'x' } },
    ),
    code: GENERAL,
    says: ['decision-making::d', '/intentChains/0/description'],
  },
  {
    name: 'a decision about nothing',
    protocol: withParam('decision-making::d', { domain: 'm', intentChains: [intent] }),
    code: GENERAL,
    says: ['decision-making::d', 'inputs'],
  },
  {
    name: 'a model of an unknown source',
    protocol: withParam('spark-llm::l', { source: 'other' }),
    code: GENERAL,
    says: ['spark-llm::l', '/source'],
  },
  {
    name: 'a temperature of zero',
    protocol: withParam('spark-llm::l', { temperature: 0 }),
    code: GENERAL,
    says: ['spark-llm::l', '/temperature'],
  },
  {
    name: 'no tokens at all',
    protocol: withParam('spark-llm::l', { maxTokens: 0 }),
    code: GENERAL,
    says: ['spark-llm::l', '/maxTokens'],
  },
  {
    name: 'a history of no rounds',
    protocol: withParam('spark-llm::l', { enableChatHistoryV2: { isEnabled: true, rounds: 0 } }),
    code: GENERAL,
    says: ['spark-llm::l', '/enableChatHistoryV2/rounds'],
  },
  {
    name: 'an expression that is not closed',
    protocol: withParam('spark-llm::l', { ...model, re_match_pattern: '(a' }),
    code: GENERAL,
    says: ['spark-llm::l', '/re_match_pattern'],
  },
  {
    name: 'an expression that looks back',
    protocol: withParam('spark-llm::l', { ...model, re_match_pattern: '(?<=a+)(b)' }),
    code: GENERAL,
    says: ['spark-llm::l', '/re_match_pattern', 'looking around'],
  },
  {
    name: 'an expression that refers to itself',
    protocol: withParam('spark-llm::l', { ...model, re_match_pattern: '(a+)\\1+' }),
    code: GENERAL,
    says: ['spark-llm::l', '/re_match_pattern'],
  },
  {
    name: 'an expression that repeats a billion times',
    protocol: withParam('spark-llm::l', { ...model, re_match_pattern: '((a{1000}){1000}){1000}' }),
    code: GENERAL,
    says: ['spark-llm::l', '/re_match_pattern'],
  },
  {
    name: 'a variable node without a method',
    protocol: withParam('node-variable::v', { flowId: '1' }),
    code: GENERAL,
    says: ['node-variable::v', '/method'],
  },
  {
    name: 'a knowledge node whose topN is no number',
    protocol: withParam('knowledge-base::k', { repoId: [], topN: 'many' }),
    code: GENERAL,
    says: ['knowledge-base::k', '/topN'],
  },
  {
    name: 'an unknown error strategy',
    protocol: retrying(CODE, { error_strategy: 3 }),
    code: GENERAL,
    says: [CODE, 'retryConfig'],
  },
  {
    name: 'retries below zero',
    protocol: retrying(CODE, { max_retries: -1 }),
    code: GENERAL,
    says: [CODE, 'retryConfig'],
  },
  {
    name: 'a fixed output that is not declared',
    protocol: retrying(CODE, { custom_output: { text: '', list: [], other: 1 } }),
    code: 22_101,
    says: [CODE, 'other'],
  },
  {
    name: 'a fixed output that is missing',
    protocol: retrying(CODE, { custom_output: { text: '' } }),
    code: 22_101,
    says: [CODE, 'list'],
  },
  {
    name: 'a fixed output of another type',
    protocol: retrying(CODE, { customOutput: { text: 5, list: [] } }),
    code: 22_101,
    says: [CODE, 'text'],
  },
  {
    name: 'a fixed list with items of another type',
    protocol: retrying(CODE, { custom_output: { text: '', list: ['a', 1] } }),
    code: 22_101,
    says: [CODE, 'list'],
  },
  {
    name: 'fixed outputs that are no JSON',
    protocol: retrying(CODE, { custom_output: '{"text": ' }),
    code: 22_101,
    says: [CODE, 'fixed outputs'],
  },
]
