import type { Static } from '@sinclair/typebox'
import type { TokenUsage } from '#shared/models/chat-model.ts'
import { wireCodes } from '../definition/wire-codes.ts'
import { NO_TOKENS } from '../engine/add-usage.ts'
import type { AgentFrame, AgentMessage } from '../engine/flow-services.ts'
import { NodeError } from '../engine/node-error.ts'
import type { NodeExecution } from '../engine/node-execution.ts'
import { renderTemplate } from '../templates/render-template.ts'
import { parseTemplate } from '../templates/template.ts'
import { agentParameters, toAgentModel, toAgentPlugins } from './agent-request.ts'
import { defineNodeKind } from './node-kind.ts'
import { REASONING_OUTPUT } from './read-llm-answer.ts'
import { selectHistory } from './select-history.ts'

const GO_ON = 'Your answer was cut off at its end. Go on with exactly what comes next and repeat nothing.'

/** Lets the agent service answer, with tools. `REASONING_CONTENT` is its thinking and its tool calls, every other output its answer. */
export const agentNode = defineNodeKind({
  type: 'agent',
  handlesErrors: true,
  parameters: agentParameters,
  build({ inputNames, outputs }, parameters) {
    const answerOutput = outputs.find((output) => output.name !== REASONING_OUTPUT)?.name
    const hasReasoning = outputs.some((output) => output.name === REASONING_OUTPUT)
    const templates = {
      reasoning: parseTemplate(parameters.instruction.reasoning, inputNames),
      answer: parseTemplate(parameters.instruction.answer, inputNames),
      query: parseTemplate(parameters.instruction.query, inputNames),
    }
    const render = (part: keyof typeof templates, values: NodeExecution['inputs']): string =>
      renderTemplate(templates[part], values, 'json')

    const toBody = (execution: NodeExecution): Record<string, unknown> => {
      const { inputs: values, run } = execution
      return {
        model_config: toAgentModel(parameters),
        instruction: { reasoning: render('reasoning', values), answer: render('answer', values) },
        plugin: toAgentPlugins(parameters.plugin),
        uid: parameters.uid || run.uid,
        messages: toMessages(render('query', values), parameters, execution),
        meta_data: { caller: 'workflow-agent-node', caller_sid: run.sid },
        stream: true,
        max_loop_count: parameters.maxLoopCount,
      }
    }

    return {
      role: 'task',
      branches: false,
      effect: 'external',
      streams: { ...(answerOutput && { text: answerOutput }), ...(hasReasoning && { reasoning: REASONING_OUTPUT }) },
      timeout: { limits: 'gap', result: wireCodes.AGENT_FAILED },
      failure: wireCodes.AGENT_FAILED,
      async execute(execution) {
        const answer = await readAnswer(execution, toBody(execution))
        const values = outputs.map(({ name }) => [name, name === REASONING_OUTPUT ? answer.reasoning : answer.text])
        return { variables: Object.fromEntries(values), rawOutput: answer.text, usage: answer.usage }
      },
    }
  },
})

/** What was already shown of an answer is told to the agent as its own words, so that it goes on behind them. */
const toMessages = (
  query: string,
  { enableChatHistoryV2: past, maxTokens }: Static<typeof agentParameters>,
  { run, delivered }: NodeExecution,
): AgentMessage[] => {
  const limits = { rounds: past.rounds, tokensMax: maxTokens, around: [] }
  const history = (past.isEnabled ? selectHistory(run.history, limits) : []) as AgentMessage[]
  const asked: AgentMessage[] = [...history, { role: 'user', content: query }]
  if (delivered.text === '') return asked
  return [...asked, { role: 'assistant', content: delivered.text }, { role: 'user', content: GO_ON }]
}

const readAnswer = async (execution: NodeExecution, body: Record<string, unknown>) => {
  const { delivered, idempotencyKey, services, signal, token } = execution
  const isContinued = delivered.text !== '' || delivered.reasoning !== ''
  const answer = { ...delivered, usage: NO_TOKENS }
  for await (const frame of services.agents.chat({ body, idempotencyKey, signal })) {
    if (frame.code !== 0) throw new NodeError(wireCodes.AGENT_FAILED, `${frame.code} ${frame.message}`)
    answer.usage = toUsage(frame.usage) ?? answer.usage
    const text = textOf(frame)
    // Thinking that was shown stays as it is: a continued answer thinks again.
    const reasoning = isContinued ? '' : reasoningOf(frame)
    if (text === '' && reasoning === '') continue
    answer.text += text
    answer.reasoning += reasoning
    token({ text, reasoning })
  }
  return answer
}

const textOf = ({ choices }: AgentFrame): string => choices[0]?.delta.content ?? ''

const reasoningOf = ({ choices }: AgentFrame): string => {
  const delta = choices[0]?.delta
  const calls = (delta?.tool_calls ?? []).map(
    ({ function: called }) =>
      `\n**${called.name}**\n\`\`\`json\n${called.arguments}\n\`\`\`\n\`\`\`json\n${called.response}\n\`\`\`\n`,
  )
  return `${delta?.reasoning_content ?? ''}${calls.join('')}`
}

const toUsage = (usage: AgentFrame['usage']): TokenUsage | undefined =>
  usage
    ? {
        promptTokens: usage.prompt_tokens,
        completionTokens: usage.completion_tokens,
        totalTokens: usage.total_tokens,
      }
    : undefined
