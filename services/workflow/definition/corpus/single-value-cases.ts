import { node, output } from '../../test/build-flow.ts'
import { type BadProtocol, between, GENERAL } from './bad-protocol.ts'

type Json = Record<string, unknown>

/** A node of which one parameter is not the list, or the integer, that it should be. */
const bad = (name: string, id: string, options: { param: Json; field: string; inputs?: Json; code?: number }) => ({
  name,
  protocol: between(
    node(id, { outputs: [output('output')], param: options.param, ...(options.inputs && { inputs: options.inputs }) }),
  ),
  code: options.code ?? GENERAL,
  says: [id, options.field],
})

const intent = { id: 'intent-one-of::1', name: 'a', description: 'a', intentType: 2 }
const condition = { leftVarIndex: 'a', compareOperator: 'is' }
const otherwise = { id: 'branch_one_of::2', level: 999, logicalOperator: 'and', conditions: [] }
const knowledgePro = { model: 'm', url: 'u', domain: 'd', appId: 'a', apiKey: 'k', apiSecret: 's', repoIds: ['r'] }

/** Parameters that hold one value where many belong, and fractions where only whole numbers mean something. */
export const singleValueCases: BadProtocol[] = [
  bad('a single base without a list', 'knowledge-base::k', { param: { repoId: 'r' }, field: '/repoId' }),
  bad('a single document without a list', 'knowledge-base::k', {
    param: { repoId: ['r'], docIds: 'd' },
    field: '/docIds',
  }),
  bad('a single base for an answer', 'knowledge-pro-base::k', {
    param: { ...knowledgePro, repoIds: 'r' },
    field: '/repoIds',
  }),
  bad('a single case without a list', 'if-else::i', { param: { cases: otherwise }, field: '/cases' }),
  bad('a single condition without a list', 'if-else::i', {
    param: {
      cases: [{ id: 'branch_one_of::1', level: 1, logicalOperator: 'and', conditions: condition }, otherwise],
    },
    field: '/cases/0/conditions',
  }),
  bad('a single intent without a list', 'decision-making::d', {
    param: { domain: 'm', intentChains: intent },
    field: '/intentChains',
    inputs: { q: 'x' },
  }),
  bad('a single business input without a list', 'plugin::p', {
    param: { pluginId: 'p', operationId: 'o', appId: 'a', businessInput: 'x' },
    field: '/businessInput',
  }),
  bad('tokens with a fraction', 'spark-llm::l', { param: { maxTokens: 2.5 }, field: '/maxTokens' }),
  bad('tokens with a fraction, as text', 'spark-llm::l', { param: { maxTokens: '2.5' }, field: '/maxTokens' }),
  bad('tokens as text with an exponent', 'spark-llm::l', { param: { maxTokens: '2e3' }, field: '/maxTokens' }),
  bad('half a mode', 'text-joiner::j', { param: { mode: 0.5, prompt: '' }, field: '/mode' }),
]
