import { type Static, Type } from '@sinclair/typebox'
import type { Plan } from '../../definition/plan.ts'
import { validateParameters } from '../../definition/validate-parameters.ts'
import { wireCodes } from '../../definition/wire-codes.ts'
import type { PinnedFlow } from '../../engine/flow-services.ts'
import { NodeError } from '../../engine/node-error.ts'
import type { ContainerExecution, ContainerRun, NodeResult, RoundEnd } from '../../engine/node-execution.ts'
import type { RunStarted } from '../../engine/run-events.ts'
import { lastRounds } from '../history-rounds.ts'
import { defineNodeKind, type NodeSource } from '../node-kind.ts'

const TEMPLATE_MODE = 1
const CONTENT_OUTPUT = 'content'
const REASONING_OUTPUT = 'reasoning_content'
const HISTORY_OFF = { isEnabled: false, rounds: 1 }
/** The only round. */
const KEY = '0'

const parametersSchema = Type.Object({
  flowId: Type.String({ minLength: 1 }),
  appId: Type.String({ default: '' }),
  uid: Type.String({ default: '' }),
  version: Type.String({ default: '' }),
  enableChatHistoryV2: Type.Object(
    { isEnabled: Type.Boolean({ default: false }), rounds: Type.Integer({ default: 1, exclusiveMinimum: 0 }) },
    { default: HISTORY_OFF },
  ),
})

/**
 * Runs a published flow inside of this run: its nodes are part of the run's journal, its questions are the run's questions, and what it needs is what
 * its own owner may use. The version is chosen once for each run. Outputs are those of its end node (variables), or `content` and
 * `reasoning_content`, its texts as they are shown (template).
 */
export const flowNode = defineNodeKind({
  type: 'flow',
  handlesErrors: true,
  parameters: parametersSchema,
  build: (node, parameters) => ({
    role: 'container',
    branches: false,
    streams: {
      ...(node.outputs.some(({ name }) => name === CONTENT_OUTPUT) && { text: CONTENT_OUTPUT }),
      ...(node.outputs.some(({ name }) => name === REASONING_OUTPUT) && { reasoning: REASONING_OUTPUT }),
    },
    timeout: { limits: 'gap', result: wireCodes.SUB_FLOW_FAILED },
    failure: wireCodes.SUB_FLOW_FAILED,
    bodyStart: undefined,
    async open(execution) {
      const { services } = execution
      const pinned = await pinFlow(parameters, execution)
      const plan = await services.flows.load(pinned.definitionHash)
      const fault = validateParameters(plan, { ...execution.inputs })
      if (fault) throw failure(`${fault.code} ${fault.message}`)
      const run = toRun(parameters, { execution, pinned })
      return runOnce({ node, plan, run, services: services.flows.servicesFor(pinned.ownerAppId) })
    },
  }),
})

const failure = (detail: string) => new NodeError(wireCodes.SUB_FLOW_FAILED, detail)

/** Chosen at the first execution of the node; whatever is published later, the run goes on with this one. */
const pinFlow = async (
  parameters: Static<typeof parametersSchema>,
  { pinned, pin, services }: ContainerExecution,
): Promise<PinnedFlow> => {
  if (pinned) return pinned as unknown as PinnedFlow
  const found = await services.flows
    .resolve({ flowId: parameters.flowId, version: parameters.version })
    .catch((error: unknown) => {
      throw failure(error instanceof Error ? error.message : String(error))
    })
  pin({ ...found })
  return found
}

const toRun = (
  { flowId, uid, enableChatHistoryV2: past }: Static<typeof parametersSchema>,
  { execution, pinned }: { execution: ContainerExecution; pinned: PinnedFlow },
): RunStarted => {
  const { run, inputs } = execution
  return {
    type: 'run-started',
    flowId,
    version: pinned.version,
    mode: 'release',
    sid: run.sid,
    appId: pinned.callerAppId,
    uid: uid || run.uid,
    chatId: '',
    parameters: { ...inputs },
    history: past.isEnabled ? lastRounds(run.history, past.rounds) : [],
  }
}

const runOnce = (options: {
  node: NodeSource
  plan: Plan
  run: RunStarted
  services: ContainerExecution['services']
}): ContainerRun => {
  const { node, plan, run, services } = options
  const endNode = plan.nodes.find(({ behaviour }) => behaviour.role === 'output' && behaviour.ends)
  const showsTemplate = endNode?.answerMode === TEMPLATE_MODE
  let isBegun = false
  let end: RoundEnd | undefined

  const toResult = ({ outputs, shown, usage }: RoundEnd): NodeResult => {
    const values: Readonly<Record<string, unknown>> = showsTemplate
      ? { [CONTENT_OUTPUT]: shown.content, [REASONING_OUTPUT]: shown.reasoning }
      : outputs
    const given = node.outputs.filter(({ name }) => Object.hasOwn(values, name))
    return {
      variables: Object.fromEntries(given.map(({ name }) => [name, values[name]])),
      ...(showsTemplate && { rawOutput: shown.content }),
      usage,
    }
  }

  return {
    next() {
      if (isBegun) return []
      isBegun = true
      return [{ key: KEY, plan, parameters: run.parameters, subFlow: { run, services, streams: showsTemplate } }]
    },
    ended(_key, ended) {
      if (ended.failure) throw failure(`${ended.failure.code} ${ended.failure.message}`)
      end = ended
    },
    result: () => end && toResult(end),
  }
}
