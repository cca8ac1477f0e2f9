import type { ChatMessage, ToolDefinition } from '../chat-model.ts'
import { chooseSentence } from './choose-sentence.ts'
import { type ChosenTool, chooseTool } from './choose-tool.ts'
import { readPrompt } from './read-prompt.ts'
import { splitSentences } from './split-sentences.ts'

export type RehearsedAnswer = { type: 'text'; text: string } | { type: 'tool'; tool: ChosenTool }

/** How much of a question or a tool's result is repeated. */
const QUOTED_CHARS_MAX = 600

/**
 * What the rehearsal model says: by rules, the same for the same conversation, and always under its own name. First rule that applies:
 * 1. tools answered the last message: their results; 2. a fitting tool is offered: its call; 3. the prompt brings passages: the sentence
 * that fits the question best; 4. the question, repeated. Chinese is answered in Chinese. Pure.
 */
export const rehearseAnswer = (messages: readonly ChatMessage[], tools: readonly ToolDefinition[]): RehearsedAnswer => {
  const { question, passages } = readPrompt(messages)
  const say = /\p{Script=Han}/u.test(question) ? chinese : english
  const results = lastToolResults(messages)
  if (results.length > 0) return { type: 'text', text: say.results(results.map(shorten).join('; ')) }

  const tool = chooseTool(question, tools)
  if (tool) return { type: 'tool', tool }

  if (passages !== '') {
    const sentence = chooseSentence(question, splitSentences(passages))
    return { type: 'text', text: sentence === undefined ? say.nothingFound() : say.quote(shorten(sentence)) }
  }
  return { type: 'text', text: question === '' ? say.greeting() : say.echo(shorten(question)) }
}

const english = {
  results: (results: string) => `The rehearsal model asked a tool. It says: ${results}`,
  quote: (sentence: string) => `The passages say: "${sentence}" (Rehearsal model: quoted by rule, not understood.)`,
  nothingFound: () => 'The passages say nothing about this. (Rehearsal model: searched by rule, not understood.)',
  echo: (question: string) =>
    `This is the rehearsal model, which answers by rules so that everything can be tried without a language model. You said: "${question}"`,
  greeting: () => 'This is the rehearsal model. Ask it something.',
}

const chinese: typeof english = {
  results: (results) => `排练模型调用了工具，结果是：${results}`,
  quote: (sentence) => `资料中写道：“${sentence}”（排练模型按规则摘录，并不理解内容。）`,
  nothingFound: () => '资料中没有相关内容。（排练模型按规则查找，并不理解内容。）',
  echo: (question) => `这是排练模型，按规则作答，无需真实的语言模型即可试用全部功能。您说的是：“${question}”`,
  greeting: () => '这是排练模型，请提问。',
}

const lastToolResults = (messages: readonly ChatMessage[]): string[] => {
  const lastOther = messages.findLastIndex((message) => message.role !== 'tool')
  return messages.slice(lastOther + 1).map((message) => message.content)
}

const shorten = (text: string): string => {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length <= QUOTED_CHARS_MAX ? line : `${[...line].slice(0, QUOTED_CHARS_MAX).join('')}…`
}
