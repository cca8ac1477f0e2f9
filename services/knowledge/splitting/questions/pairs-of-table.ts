import { describeRow } from '../chunkers/table-rows.ts'
import type { SourceText } from '../source-text.ts'
import type { SplitSettings } from '../split-settings.ts'
import type { Table, TableRow } from '../tables/table.ts'
import type { QuestionPair } from './question-pair.ts'

const QUESTION_NAME = /^(?:q|questions?|faqs?|prompt|query|问题?|提问|标准问题?|問題?|frage|pregunta|質問|질문)$/iu
const ANSWER_NAME = /^(?:a|answers?|reply|response|答案?|回答|回复|回覆|antwort|respuesta|답변)$/iu

interface Columns {
  question: number
  answer: number
  /** Whether the first row names the columns, rather than being a question and an answer like the others. */
  hasNames: boolean
}

/**
 * Questions and answers of a table, other columns after the answer. Undefined for a table that has none: its columns are neither those that the
 * settings name, nor known by name, nor two.
 */
export const pairsOfTable = (source: SourceText, table: Table, settings: SplitSettings): QuestionPair[] | undefined => {
  const columns = columnsOf(table, settings)
  if (!columns) return undefined
  const rows = columns.hasNames || !table.header ? table.rows : [table.header, ...table.rows]
  const names = columns.hasNames ? table.header : null
  return rows.flatMap((row) => {
    const question = row.cells[columns.question] ?? ''
    const answer = row.cells[columns.answer] ?? ''
    const others = describeRow(without(row, columns), names)
    const title = source.titleAt(row.start)
    const at = { start: row.start, end: row.end, title }
    // A row that lacks one of the two is kept as what it is.
    if (question === '' || answer === '') {
      const text = describeRow(row, names)
      return text === '' ? [] : [{ ...at, question: text, answer: '' }]
    }
    return [{ ...at, question, answer: others === '' ? answer : `${answer}\n${others}` }]
  })
}

const without = (row: TableRow, columns: Columns): TableRow => ({
  ...row,
  cells: row.cells.map((cell, column) => (column === columns.question || column === columns.answer ? '' : cell)),
})

const columnsOf = ({ header, rows }: Table, { questionColumn, answerColumn }: SplitSettings): Columns | undefined => {
  const names = (header?.cells ?? []).map((name) => name.toLowerCase())
  if (questionColumn && answerColumn) {
    const question = names.indexOf(questionColumn.trim().toLowerCase())
    const answer = names.indexOf(answerColumn.trim().toLowerCase())
    return question >= 0 && answer >= 0 ? { question, answer, hasNames: true } : undefined
  }
  const question = names.findIndex((name) => QUESTION_NAME.test(name))
  const answer = names.findIndex((name) => ANSWER_NAME.test(name))
  if (question >= 0 && answer >= 0 && question !== answer) return { question, answer, hasNames: true }
  const width = (header ?? rows[0])?.cells.length
  return width === 2 ? { question: 0, answer: 1, hasNames: false } : undefined
}
