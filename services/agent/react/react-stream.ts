import { type ReactReading, readReact } from './read-react.ts'

/** Follows a turn in the ReAct form while the model writes it. */
export interface ReactStream {
  /** Takes what came; tells what of it the user may see now, and whether the rest of the turn is of no use. */
  add(text: string): { shown: string; enough: boolean }
  /** All that was written so far. */
  text(): string
  /** The whole turn, once the model has ended it. */
  end(): ReactReading
}

/** @param before what was written before an interruption: read again, and not shown again */
export const createReactStream = (before = ''): ReactStream => {
  let text = ''
  let answering = false
  /** Bold marks that close behind the marker are no part of the answer. */
  let first = true

  const cleaned = (answer: string): string => {
    if (!first || answer === '') return answer
    const rest = answer.replace(/^\*+/u, '')
    if (rest !== '') first = false
    return rest
  }

  const add = (more: string): { shown: string; enough: boolean } => {
    text += more
    if (answering) return { shown: cleaned(more), enough: false }
    const reading = readReact(text)
    if (reading.state === 'answering') {
      answering = true
      return { shown: cleaned(reading.answer), enough: false }
    }
    // What a model writes behind a complete call is an observation that it invented.
    const enough = reading.state === 'acting' && reading.input !== undefined && /[^\s`'"})*]/u.test(reading.after)
    return { shown: '', enough }
  }
  if (before !== '') add(before)

  return {
    add,
    text: () => text,
    // An unfinished line is finished by the end.
    end: () => (answering ? readReact(text) : readReact(`${text}\n`)),
  }
}
