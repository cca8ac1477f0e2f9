/** What a line is to a list of questions and answers. Places count from the beginning of the line. */
export type QuestionLine =
  | { is: 'question'; question: string; answerAt: number | undefined; by: 'mark' | 'line' }
  | { is: 'answer'; answerAt: number }
  | { is: 'other' }

/** Longer lines are prose, whatever they end with. */
const QUESTION_LINE_CHARACTERS_MAX = 300

/** Signs of lists, quotes and emphasis before the words. */
const DECORATION = String.raw`^[\s>#*_•\-]{0,40}(?:\d{1,4}[.)、]\s{0,4})?[*_]{0,3}`
const AFTER_NAME = String.raw`\s{0,4}\d{0,4}\s{0,4}[.)]?[*_]{0,3}\s{0,4}[:：][*_]{0,3}\s{0,40}`
const QUESTION_NAMES = 'q|question|问题|问|問題|問|frage|pregunta|質問|질문'
const ANSWER_NAMES = 'a|answer|答案|回答|答|antwort|respuesta|답변|답'

const QUESTION_MARK = new RegExp(
  `${DECORATION}(?:(?:${QUESTION_NAMES})${AFTER_NAME}|q\\s?\\d{1,4}[.)][*_]{0,3}\\s{1,40})`,
  'iu',
)
const ANSWER_MARK = new RegExp(
  `${DECORATION}(?:(?:${ANSWER_NAMES})${AFTER_NAME}|a\\s?\\d{1,4}[.)][*_]{0,3}\\s{1,40})`,
  'iu',
)
/** An answer that begins in the line of its question. */
const ANSWER_INSIDE = new RegExp(`(?:[\\s?？。.!！；;]|[*_]{2})(?:${ANSWER_NAMES})\\s{0,4}[:：]\\s{0,40}`, 'iu')
const EMPHASISED_QUESTION = /^[\s>•\-*+]{0,40}(?:\d{1,4}[.)、]\s{0,4})?(\*\*|__)(.{1,300}?[?？])\1[:：]?\s{0,40}/u
const ENDS_AS_QUESTION = /[?？]["'”’」）)]?[*_]{0,3}$/u

/** @param afterGap whether the line begins a paragraph, or stands alone in a list */
export const readQuestionLine = (line: string, afterGap: boolean): QuestionLine => {
  const mark = QUESTION_MARK.exec(line)?.[0]
  if (mark !== undefined) {
    const rest = line.slice(mark.length)
    const inside = ANSWER_INSIDE.exec(rest)
    if (!inside) return { is: 'question', question: plain(rest), answerAt: undefined, by: 'mark' }
    // The sign before the answer's name may end the question.
    const question = plain(rest.slice(0, inside.index + 1))
    return { is: 'question', question, answerAt: mark.length + inside.index + inside[0].length, by: 'mark' }
  }
  const answer = ANSWER_MARK.exec(line)?.[0]
  if (answer !== undefined) return { is: 'answer', answerAt: answer.length }
  const emphasised = EMPHASISED_QUESTION.exec(line)
  if (emphasised) {
    const isAlone = line.slice(emphasised[0].length).trim() === ''
    const answerAt = isAlone ? undefined : emphasised[0].length
    return { is: 'question', question: plain(emphasised[2] ?? ''), answerAt, by: 'line' }
  }
  const isQuestion =
    afterGap &&
    line.length <= QUESTION_LINE_CHARACTERS_MAX &&
    ENDS_AS_QUESTION.test(line.trimEnd()) &&
    !/^\s*\|/.test(line)
  return isQuestion ? { is: 'question', question: plain(line), answerAt: undefined, by: 'line' } : { is: 'other' }
}

/** Without the signs of lists and emphasis around it. */
export const plain = (text: string): string =>
  text
    .replace(/^[\s>#*_•+-]+(?:\d{1,4}[.)、]\s+)?/u, '')
    .replace(/^\d{1,4}[.)、]\s+/u, '')
    .trimEnd()
    .replace(/[*_]{1,3}$/u, '')
    .trim()
