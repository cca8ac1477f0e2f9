import { FlowProtocolError } from '../../definition/flow-protocol-error.ts'
import { wireCodes } from '../../definition/wire-codes.ts'
import { NodeError } from '../../engine/node-error.ts'
import type { NodeExecution, NodeReply, NodeResult, NodeWait } from '../../engine/node-execution.ts'
import { renderTemplate } from '../../templates/render-template.ts'
import { parseTemplate } from '../../templates/template.ts'
import { defineNodeKind, type NodeSource } from '../node-kind.ts'
import {
  DEFAULT_OPTION,
  type QuestionOption,
  type QuestionParameters,
  questionParameters,
} from './question-parameters.ts'
import { type Dialogue, readSlots } from './read-slots.ts'

const MINUTE_MS = 60_000
/** Outputs that are no slots to fill. */
const OWN_OUTPUTS = new Set(['query', 'content'])

/** Asks the run's caller, and waits for the answer as a row: for minutes or months, over restarts and upgrades. */
export const questionAnswerNode = defineNodeKind({
  type: 'question-answer',
  handlesErrors: false,
  parameters: questionParameters,
  build(node, parameters) {
    refuseDefaults(node, parameters)
    const question = parseTemplate(parameters.question, node.inputNames)
    const instruction = parseTemplate(parameters.instruction, node.inputNames)
    const options = parameters.optionAnswer.map((option) => ({
      ...option,
      template: parseTemplate(option.content, node.inputNames),
    }))
    const asksOptions = parameters.answerType === 'option'
    const fillsSlots = !asksOptions && parameters.directAnswer.handleResponse
    const slots = node.outputs.filter(({ name }) => !OWN_OUTPUTS.has(name))

    const ask = (content: string, shown: QuestionOption[] | undefined, memory?: Dialogue): NodeWait => ({
      wait: {
        question: {
          value: {
            type: parameters.answerType,
            content,
            ...(shown && {
              option: shown.map(({ name, content: text, content_type }) => ({ id: name, text, content_type })),
            }),
          },
          needReply: parameters.needReply,
        },
        wakeAt: Date.now() + parameters.timeout * MINUTE_MS,
        ...(memory && { memory }),
      },
    })

    const takeDirect = async (
      execution: NodeExecution,
      reply: NodeReply,
      query: string,
    ): Promise<NodeResult | NodeWait> => {
      if (!fillsSlots) return { variables: { query, content: reply.content } }
      const dialogue = (reply.memory as Dialogue | undefined) ?? { rounds: 0, question: query, values: {}, said: [] }
      const round = await readSlots({
        execution,
        parameters,
        instruction: renderTemplate(instruction, execution.inputs, 'json'),
        slots,
        dialogue,
        reply: reply.content,
      })
      if ('values' in round) return { variables: { query, content: reply.content, ...round.values } }
      return ask(round.next.question, undefined, round.next)
    }

    return {
      role: 'task',
      branches: asksOptions,
      asks: true,
      effect: fillsSlots ? 'paid' : 'none',
      streams: {},
      timeout: { limits: 'whole', result: wireCodes.NODE_RUN_FAILED },
      failure: wireCodes.QUESTION_FAILED,
      execute(execution) {
        const { inputs, replies } = execution
        const query = renderTemplate(question, inputs, 'json')
        const shown = options.map(({ template, ...option }) => ({
          ...option,
          content: renderTemplate(template, inputs, 'json'),
        }))
        const reply = replies.at(-1)
        if (!reply) return ask(query, asksOptions ? shown : undefined)
        refuseReply(reply, parameters)
        if (asksOptions) return takeOption(reply, shown, query)
        if (reply.kind === 'ignore') return { variables: {} }
        return takeDirect(execution, reply, query)
      },
    }
  },
})

const refuseDefaults = (node: NodeSource, { optionAnswer, answerType }: QuestionParameters): void => {
  const defaults = optionAnswer.filter(({ type }) => type === DEFAULT_OPTION).length
  if (defaults > 1) {
    throw new FlowProtocolError(`node ${node.id} has ${defaults} default options`, wireCodes.FLOW_PROTOCOL_INVALID)
  }
  if (answerType === 'option' && optionAnswer.length === 0) {
    throw new FlowProtocolError(`node ${node.id} has no options to choose from`, wireCodes.FLOW_PROTOCOL_INVALID)
  }
}

const refuseReply = (reply: NodeReply, { needReply, timeout }: QuestionParameters): void => {
  switch (reply.kind) {
    case 'resume':
      return
    case 'ignore':
      if (needReply) throw new NodeError(wireCodes.QUESTION_REPLY_INVALID, 'the question needs a reply')
      return
    case 'abort':
      throw new NodeError(wireCodes.QUESTION_REPLY_INVALID, 'the question was aborted')
    case 'timeout':
      throw new NodeError(wireCodes.EVENT_UNKNOWN, `no reply within ${timeout} minutes`)
  }
}

/** A reply names an option; the default option takes all others, and stands for a question that was ignored. */
const takeOption = (reply: NodeReply, options: readonly QuestionOption[], query: string): NodeResult => {
  const fallback = options.find(({ type }) => type === DEFAULT_OPTION)
  const chosen = reply.kind === 'ignore' ? fallback : (options.find(({ name }) => name === reply.content) ?? fallback)
  if (!chosen) throw new NodeError(wireCodes.QUESTION_FAILED, `no option is named ${reply.content}`)
  const { id, name, type, content, content_type } = chosen
  return { variables: { query, id: name, content, name, type, content_type }, handle: id }
}
