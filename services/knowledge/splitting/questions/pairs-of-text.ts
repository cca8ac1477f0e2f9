import type { Heading } from '#shared/documents/document-text.ts'
import { firstAbove, type SourceText, type Span } from '../source-text.ts'
import { trimSpan } from '../trim-span.ts'
import type { QuestionPair } from './question-pair.ts'
import { plain, type QuestionLine, readQuestionLine } from './read-question-line.ts'

interface OpenQuestion {
  start: number
  /** Behind the question's first line. */
  lineEnd: number
  question: string
  /** Where the answer begins; undefined until it does. */
  answerAt: number | undefined
  by: 'mark' | 'line' | 'heading'
  heading: Heading | undefined
}

interface Line extends Span {
  /** Where it is one. */
  heading: Heading | undefined
}

type AskingLine = Extract<QuestionLine, { is: 'question' }>

const ENDS_AS_QUESTION = /[?？]["'”’」）)]?$/u
const FENCE = /^ {0,3}(?:`{3,}|~{3,})/

/**
 * Questions with their answers in a part of a text: marked ones ("Q:", "A:", "问：", "答："), headings that ask, and lines that ask and stand
 * for themselves. An answer ends where the next question begins, or a heading that does not belong to it.
 */
export const pairsOfText = (source: SourceText, range: Span): QuestionPair[] => {
  const reader = createPairReader(source)
  let order = firstAbove(source.headingStarts, range.start - 1)
  let inFence = false
  let afterGap = true
  let start = range.start
  for (const line of source.text.slice(range.start, range.end).split('\n')) {
    const heading = source.headingStarts[order] === start ? source.headings[order] : undefined
    if (heading) order += 1
    if (FENCE.test(line)) inFence = !inFence
    const read: QuestionLine = inFence ? { is: 'other' } : readQuestionLine(line, afterGap)
    reader.read({ start, end: start + line.length, heading }, read)
    afterGap = line.trim() === ''
    start += line.length + 1
  }
  return reader.close(range.end)
}

/** Told line by line; `close` ends the question that is open and gives all pairs there were. */
const createPairReader = (source: SourceText) => {
  const pairs: QuestionPair[] = []
  let open: OpenQuestion | undefined
  const close = (end: number): QuestionPair[] => {
    const pair = open && toPair(source, open, end)
    if (pair) pairs.push(pair)
    open = undefined
    return pairs
  }
  const ask = (next: OpenQuestion): void => {
    close(next.start)
    open = next
  }
  const readHeading = ({ start, end }: Span, heading: Heading): void => {
    const question = plain(heading.title)
    if (ENDS_AS_QUESTION.test(question)) ask({ start, lineEnd: end, heading, question, answerAt: end, by: 'heading' })
    else if (heading.level <= (open?.heading?.level ?? heading.level)) close(start)
  }
  const readQuestion = ({ start, end, heading }: Line, question: AskingLine): void => {
    const answerAt = question.answerAt === undefined ? undefined : start + question.answerAt
    // Below a line that only ends as a question, the answer begins; below a marked one it may go on.
    const begins = answerAt ?? (question.by === 'line' ? end : undefined)
    ask({ start, lineEnd: end, heading, question: question.question, answerAt: begins, by: question.by })
  }
  const read = (at: Line, line: QuestionLine): void => {
    if (line.is === 'question' && line.by === 'mark') readQuestion(at, line)
    else if (line.is === 'answer' && open?.by === 'mark') open.answerAt ??= at.start + line.answerAt
    else if (at.heading) readHeading(at, at.heading)
    else if (line.is === 'question' && (open?.by ?? 'line') === 'line') readQuestion(at, line)
  }
  return { read, close }
}

/** Undefined where nothing answers. */
const toPair = (source: SourceText, open: OpenQuestion, end: number): QuestionPair | undefined => {
  const { text } = source
  // A marked question whose answer has no mark is answered by the lines after it.
  const answerAt = open.answerAt ?? open.lineEnd
  const more = open.by === 'mark' && answerAt > open.lineEnd ? moreOfQuestion(text, open.lineEnd, answerAt) : ''
  const answer = trimSpan(text, { start: answerAt, end })
  const question = [open.question, more].filter((part) => part !== '').join('\n')
  if (question === '' || answer.start === answer.end) return undefined
  return {
    start: open.start,
    end: answer.end,
    question,
    answer: text.slice(answer.start, answer.end),
    title: titleAbove(source.titleAt(open.start), open.heading),
  }
}

/** The headings above a place, without the one that stands there. */
const titleAbove = (title: string, heading: Heading | undefined): string =>
  heading && title.endsWith(heading.title) ? title.slice(0, -heading.title.length).replace(/ > $/, '') : title

/** Lines of a question after its first, without the answer's mark. */
const moreOfQuestion = (text: string, from: number, answerAt: number): string => {
  const markLine = text.lastIndexOf('\n', answerAt - 1)
  return markLine <= from ? '' : text.slice(from, markLine).trim()
}
