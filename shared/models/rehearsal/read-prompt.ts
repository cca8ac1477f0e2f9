import type { ChatMessage } from '../chat-model.ts'

/** What the rehearsal model understands of a conversation. */
export interface ReadPrompt {
  question: string
  /** Text that was retrieved for the question; '' when the prompt brings none. */
  passages: string
}

/** Labels that people put before the question in a prompt template. The last one in the text wins. */
const QUESTION_LABEL =
  /(?:^|\n)[^\S\n]*(?:follow[- ]up question|user question|question|query|用户问题|问题|提问)[^\S\n]*[:：]/giu
const PASSAGES_LABEL =
  /(?:^|\n)[^\n:：]{0,60}\b(?:passages?|context|documents?|knowledge|references?|excerpts?|retrieved)\b[^\n:：]{0,60}[:：]|(?:^|\n)[^\n:：]{0,30}(?:资料|知识|参考|上下文|检索|文档|段落)[^\n:：]{0,30}[:：]/iu
/** A label that closes a block of passages. */
const AFTER_PASSAGES = /\n\s*(?:instructions?|rules|answer|回答|要求)\s*[:：]/iu

/** Finds question and passages by their labels in the last user message and the system messages. Pure. */
export const readPrompt = (messages: readonly ChatMessage[]): ReadPrompt => {
  const lastUser = messages.findLast((message) => message.role === 'user')?.content ?? ''
  const system = messages.filter((message) => message.role === 'system').map((message) => message.content)
  const asked = splitAtQuestion(lastUser)
  const passages = [...system, asked.rest].map(passagesIn).filter((text) => text !== '')
  return { question: asked.question.trim(), passages: passages.join('\n') }
}

/** The question is what follows its label up to the next label of passages; without a label it is the whole text. */
const splitAtQuestion = (text: string): { question: string; rest: string } => {
  const label = [...text.matchAll(QUESTION_LABEL)].at(-1)
  const passages = PASSAGES_LABEL.exec(text)
  if (!label) {
    const isBeforePassages = passages !== null && text.slice(0, passages.index).trim() !== ''
    return isBeforePassages
      ? { question: text.slice(0, passages.index), rest: text.slice(passages.index) }
      : { question: text, rest: text }
  }
  const after = text.slice(label.index + label[0].length)
  const passagesAfter = PASSAGES_LABEL.exec(after)
  const question = passagesAfter ? after.slice(0, passagesAfter.index) : after
  return { question, rest: text.slice(0, label.index) + (passagesAfter ? after.slice(passagesAfter.index) : '') }
}

const passagesIn = (text: string): string => {
  const label = PASSAGES_LABEL.exec(text)
  if (!label) return ''
  const block = text.slice(label.index + label[0].length)
  const end = AFTER_PASSAGES.exec(block)
  return (end ? block.slice(0, end.index) : block).trim()
}
