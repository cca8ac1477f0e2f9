import { callApi } from './call-api.js'

/**
 * Who can answer: saved models and agents through the OpenAI-compatible routes, and flows over their wire. A list that cannot be had is left
 * out; the others still work.
 */
export const listTargets = async (access) => {
  const read = async (path) => (await callApi(path, access)).json().catch(() => ({}))
  const [models, flows] = await Promise.all([
    read('/v1/models').catch(() => ({})),
    read('/api/flows').catch(() => ({})),
  ])
  const ids = (models.data ?? []).map((model) => model.id)
  return [
    { label: 'Models', targets: ids.filter((id) => !id.startsWith('agent:')).map(modelTarget) },
    { label: 'Agents', targets: ids.filter((id) => id.startsWith('agent:')).map(modelTarget) },
    { label: 'Flows', targets: (flows.flows ?? []).map(flowTarget) },
  ].filter((group) => group.targets.length > 0)
}

const modelTarget = (id) => ({
  id,
  name: id.replace(/^agent:/, ''),
  path: '/v1/chat/completions',
  bodyFor: (messages) => ({ model: id, stream: true, messages }),
})

/** Flows get the last question alone: what they remember is their own business. */
const flowTarget = ({ id, name }) => ({
  id: `flow:${id}`,
  name: name ? `${name} (${id})` : id,
  path: '/workflow/v1/chat/completions',
  bodyFor: (messages) => ({
    flow_id: id,
    uid: 'console',
    stream: true,
    parameters: { AGENT_USER_INPUT: messages.at(-1)?.content ?? '' },
  }),
})
