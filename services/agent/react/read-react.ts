import { findObject } from './repair-json.ts'

/**
 * What a turn of a model in the ReAct form (Yao et al., 2022) comes to so far: nothing that can be told yet, the beginning of an answer, or
 * a call of a tool. `input` is undefined while its object is not complete; `after` is what the model went on to write behind it.
 */
export type ReactReading =
  | { state: 'open' }
  | { state: 'answering'; thought: string; answer: string }
  | { state: 'acting'; thought: string; name: string; input: string | undefined; after: string }

const DECORATION = String.raw`[\s*_#>\x60-]*`
const COLON = String.raw`[*_\x60]*\s*[:：]`
const at = (words: string) => new RegExp(String.raw`(?:^|\n)${DECORATION}(?:${words})${COLON}[*_]*`, 'iu')

const THOUGHT = at('thoughts?|思考')
const ACTION = at('action|tool|行动|动作')
const INPUT = at('action[ _]?input|input|arguments|行动输入|动作输入')
const OBSERVATION = at('observations?|观察')
const ANSWER = at('final[ _]?answer|最终答案|最终回答')
/** Within a line only the very words count: a thought may speak of a final answer. */
const ANSWER_IN_LINE = /Final Answer[:：]/u
const INPUT_IN_LINE = /Action Input[:：]/u
const ACTION_IN_LINE = /Action[:：](?=[^\n]{1,120}?Action Input[:：])/u

/** Words for "no tool", after which an answer must follow. */
const NO_TOOL = /^(?:none|n\/a|null|no tool|无|)$/iu

/** Reads a turn, whole or its beginning: markers in any case, with decoration or full-width colons, the input over several lines. Pure. */
export const readReact = (text: string): ReactReading => {
  const action = ACTION.exec(text) ?? ACTION_IN_LINE.exec(text)
  const answer = findAnswer(text)
  if (answer && (!action || answer.index < action.index)) {
    return { state: 'answering', thought: thoughtIn(text.slice(0, answer.index)), answer: text.slice(answer.end) }
  }
  if (!action) return { state: 'open' }
  const name = nameIn(text.slice(action.index + action[0].length))
  // The line of the name may not be complete yet.
  if (name === undefined) return { state: 'open' }
  if (NO_TOOL.test(name.text)) {
    return answer
      ? { state: 'answering', thought: thoughtIn(text.slice(0, action.index)), answer: text.slice(answer.end) }
      : { state: 'open' }
  }
  const { input, after } = inputIn(text.slice(action.index + action[0].length + name.end))
  return { state: 'acting', thought: thoughtIn(text.slice(0, action.index)), name: name.text, input, after }
}

const findAnswer = (text: string): { index: number; end: number } | undefined => {
  const found = [ANSWER.exec(text), ANSWER_IN_LINE.exec(text)].filter((match) => match !== null)
  const [first] = found.toSorted((a, b) => a.index - b.index)
  return first ? { index: first.index, end: first.index + first[0].length } : undefined
}

const thoughtIn = (text: string): string => {
  const marker = THOUGHT.exec(text)
  return (marker ? text.slice(marker.index + marker[0].length) : text).replace(/\**\s*$/u, '').trim()
}

/** The name of the tool, without quotes and brackets around it, and where it ends. Undefined while its line is not complete. */
const nameIn = (text: string): { text: string; end: number } | undefined => {
  const start = text.search(/\S/u)
  if (start < 0) return undefined
  const line = text.slice(start)
  const inLine = INPUT_IN_LINE.exec(line)
  const lineEnd = line.indexOf('\n')
  const ends = [inLine?.index ?? -1, lineEnd].filter((end) => end >= 0)
  if (ends.length === 0) return undefined
  const end = Math.min(...ends)
  const name = line
    .slice(0, end)
    .trim()
    .replaceAll(/^["'`[(*]+|["'`\]*]+$/gu, '')
    .replace(/\(\s*\)?$/u, '')
    .trim()
  return { text: name, end: start + end }
}

const inputIn = (text: string): { input: string | undefined; after: string } => {
  const atLine = INPUT.exec(text)
  const inLine = INPUT_IN_LINE.exec(text)
  const marker = [atLine, inLine].filter((match) => match !== null).toSorted((a, b) => a.index - b.index)[0]
  if (!marker) return { input: undefined, after: '' }
  const written = text.slice(marker.index + marker[0].length)
  const object = findObject(written)
  // An object behind an observation is none of the input.
  const observed = OBSERVATION.exec(written)
  if (object && (!observed || written.indexOf('{') < observed.index)) return { input: object.json, after: object.rest }
  // A tool without arguments is often called with nothing, or with a word for it.
  const given = (observed ? written.slice(0, observed.index) : written).trim()
  return observed && NO_TOOL.test(given)
    ? { input: '{}', after: written.slice(observed.index) }
    : { input: undefined, after: '' }
}

/** Why a whole turn cannot be acted on, in words for the model. Undefined when it can. Pure. */
export const whyMalformed = (reading: ReactReading): string | undefined => {
  if (reading.state === 'answering') return undefined
  if (reading.state === 'open') return 'It holds neither an "Action:" nor a "Final Answer:".'
  return reading.input === undefined ? '"Action Input:" must be followed by one JSON object.' : undefined
}
