import type { FlowAnswer } from '../clients/flow-client.ts'
import type { ToolOutcome } from './tool-outcome.ts'

/** What a flow answered, whole, for the model. Pure. */
export const readFlowAnswer = (answer: FlowAnswer): ToolOutcome => {
  const { content, reasoning, code, message, question, usage } = answer
  const counted = usage ? { usage } : {}
  if (code !== 0) {
    const text = `The flow failed with code ${code}: ${message}`
    return { text, failed: true, response: { code, message, content, reasoning_content: reasoning }, ...counted }
  }
  const asked = question === undefined ? [] : [`The flow stopped to ask, and cannot be answered here:\n${question}`]
  const text = [content, ...asked].filter((part) => part.trim() !== '').join('\n\n')
  return {
    text: text || 'The flow ended without an output.',
    failed: question !== undefined,
    response: { content: question === undefined ? content : text, reasoning_content: reasoning },
    ...counted,
  }
}
