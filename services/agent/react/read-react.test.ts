import { describe, expect, test } from 'bun:test'
import { createReactStream } from './react-stream.ts'
import { readReact, whyMalformed } from './read-react.ts'

/** Read whole, as at the end of a turn. */
const read = (text: string) => {
  const stream = createReactStream()
  stream.add(text)
  const reading = stream.end()
  const malformed = whyMalformed(reading) !== undefined
  if (reading.state === 'open' || malformed) return 'malformed'
  if (reading.state === 'answering') return { thought: reading.thought, answer: reading.answer.trim() }
  return { thought: reading.thought, call: reading.name, input: JSON.parse(reading.input ?? '') as unknown }
}
const add = (thought: string, input: object = { a: 1 }) => ({ thought, call: 'add', input })

describe('the wire’s table of turns, as it should be read', () => {
  test.each<[string, string, ReturnType<typeof read>]>([
    ['a final answer', 'Thought: t\nFinal Answer: 42', { thought: 't', answer: '42' }],
    [
      'a call, and an observation that the model invented',
      'Thought: t\nAction: add\nAction Input: {"a":1}\nObservation: 3',
      add('t'),
    ],
    [
      'an invented observation with an answer to it',
      'Action: add\nAction Input: {"a":1}\nObservation: 3\nFinal Answer: 3',
      add(''),
    ],
    ['no thought', 'Action: add\nAction Input: {"a":1}', add('')],
    ['an input over several lines', 'Thought: t\nAction: add\nAction Input: {\n  "a": 1\n}\n', add('t')],
    ['no action', 'Thought: t\nAction Input: {"a":1}', 'malformed'],
    ['no input', 'Thought: t\nAction: add', 'malformed'],
    ['nothing', '', 'malformed'],
    ['plain text', 'The answer is 42.', 'malformed'],
    ['invalid JSON', 'Action: add\nAction Input: {"a":', 'malformed'],
    ['an input in fences', 'Action: add\nAction Input: ```json\n{"a":1}\n```', add('')],
    ['fences on lines of their own', 'Action: add\nAction Input:\n```\n{"a":1}\n```', add('')],
    ['single quotes', "Action: add\nAction Input: {'a': 1}", add('')],
    ['text behind the input', 'Action: add\nAction Input: {"a":1} as you wished', add('')],
    ['a list as input', 'Action: add\nAction Input: [1]', 'malformed'],
    ['a text as input', 'Action: add\nAction Input: "a"', 'malformed'],
    ['null as input', 'Action: add\nAction Input: null', 'malformed'],
    ['two actions', 'Action: add\nAction Input: {"a":1}\nAction: mul\nAction Input: {"b":2}', add('')],
    [
      'markers in the input',
      'Action: add\nAction Input: {"a":"Action: x Observation: y"}',
      add('', { a: 'Action: x Observation: y' }),
    ],
    ['full-width colons', 'Thought：t\nAction：add\nAction Input：{"a":1}', add('t')],
    ['an answer before the thought', 'Final Answer: 42\nThought: t', { thought: '', answer: '42\nThought: t' }],
    ['an action before the thought', 'Action: add\nThought: t\nAction Input: {"a":1}', add('')],
  ])('%s', (...[, text, expected]) => expect(read(text)).toEqual(expected))
})

describe('what models make of the form', () => {
  test.each<[string, string, ReturnType<typeof read>]>([
    ['other case', 'THOUGHT: t\naction: add\nACTION INPUT: {"a":1}', add('t')],
    ['bold markers', '**Thought:** t\n**Action:** add\n**Action Input:** {"a":1}', add('t')],
    ['bold answer', '**Final Answer:** 42', { thought: '', answer: '42' }],
    ['headings', '### Action: add\n### Action Input: {"a":1}', add('')],
    ['a quoted name', 'Action: "add"\nAction Input: {"a":1}', add('')],
    ['a called name', 'Action: add()\nAction Input: {"a":1}', add('')],
    ['all in one line', 'Thought: t Action: add Action Input: {"a":1}', add('t')],
    ['an answer within a line', 'Thought: I know. Final Answer: 42', { thought: 'I know.', answer: '42' }],
    ['Chinese markers', '思考：t\n行动：add\n行动输入：{"a":1}', add('t')],
    ['a Chinese answer', '最终答案：四十二', { thought: '', answer: '四十二' }],
    ['no tool, in words', 'Action: None\nAction Input: None\nFinal Answer: 42', { thought: '', answer: '42' }],
    ['no input, in words', 'Action: add\nAction Input: none\nObservation: 1', add('', {})],
    ['bare keys, comments and commas', 'Action: add\nAction Input: {a: 1, /* all */}', add('')],
    ['words of Python', "Action: add\nAction Input: {'a': None, 'b': True}", add('', { a: null, b: true })],
    ['a line break in a text', 'Action: add\nAction Input: {"a":"x\ny"}', add('', { a: 'x\ny' })],
    ['typographic quotes', 'Action: add\nAction Input: {“a”: “b”}', add('', { a: 'b' })],
    ['Windows line ends', 'Thought: t\r\nAction: add\r\nAction Input: {"a":1}\r\n', add('t')],
    ['a thought of several lines', 'Thought: one\ntwo\nAction: add\nAction Input: {"a":1}', add('one\ntwo')],
    [
      'a thought that speaks of actions',
      'Thought: my action is clear\nAction: add\nAction Input: {"a":1}',
      add('my action is clear'),
    ],
  ])('%s', (...[, text, expected]) => expect(read(text)).toEqual(expected))
})

describe('while a turn is written', () => {
  const pieces = (text: string, size: number) => text.match(new RegExp(`[\\s\\S]{1,${size}}`, 'g')) ?? []
  const texts = [
    'Thought: t\nFinal Answer: 42 is **it**.\nAction: none',
    '**Final Answer:** yes',
    'Action: none\nFinal Answer: x',
  ]

  test('an answer is shown as it comes, the same wherever the stream is cut, and nothing of it twice', () => {
    for (const text of texts) {
      const shown = [1, 2, 3, 7, 1000].map((size) => {
        const stream = createReactStream()
        return pieces(text, size)
          .map((piece) => stream.add(piece).shown)
          .join('')
      })
      expect(new Set(shown).size).toBe(1)
    }
    const stream = createReactStream()
    expect(['Final Answer: abc', ' def', ''].map((piece) => stream.add(piece).shown)).toEqual([' abc', ' def', ''])
  })

  test('what a model writes behind a call is not waited for, and its fence is no such thing', () => {
    const stream = createReactStream()
    const enough = ['Action: add\n', 'Action Input: ```{"a":1}', '\n```\n', 'Observation: 3'].map(
      (piece) => stream.add(piece).enough,
    )
    expect(enough).toEqual([false, false, false, true])
  })

  test('after an interruption it goes on in the middle of an answer', () => {
    const stream = createReactStream('Thought: t\nFinal Answer: once ')
    expect(stream.add('upon').shown).toBe('upon')
    expect(stream.end()).toEqual({ state: 'answering', thought: 't', answer: ' once upon' })
  })

  test('the beginning of a marker at the end of what is there decides nothing', () => {
    expect(readReact('Thought: t\nFinal Answ').state).toBe('open')
    expect(readReact('Thought: t\nAction: ad').state).toBe('open')
  })
})
