import type { ShowPlan, ShowUnit } from '../definition/plan.ts'
import type { Token } from './fold-past.ts'

/** What a walk sees of the run. */
export interface ShowView {
  /** Whether a node ended or will never run: its variables are final. */
  isSettled(node: number): boolean
  /** Tokens that a node has produced so far. */
  tokens(node: number): readonly Token[]
  /** The rendered value of a unit. Throws when it cannot be read. */
  render(unit: Exclude<ShowUnit, { text: string }>): string
  show(chunk: { content: string; reasoning: string }): void
}

/** Shows the pieces of one output node in order, as far as they are known; each call goes on where the last one stopped. */
export interface ShowWalk {
  /** True when nothing is left but the last piece, which rides in the end frame. */
  advance(): boolean
  /** Text of the end frame. */
  readonly lastPiece: string
}

/**
 * Walks the reasoning template, then the answer template: constants at once, ordinary values when their node ended, streamed values token by
 * token. Each unit reads its source's tokens from the first one, so a second reference to the same source repeats them.
 */
export const createShowWalk = (plan: ShowPlan, view: ShowView): ShowWalk => {
  const last = plan.answer.at(-1)
  const units = [
    ...plan.reasoning.map((unit) => ({ unit, isReasoning: true })),
    ...plan.answer.slice(0, -1).map((unit) => ({ unit, isReasoning: false })),
  ]
  let at = 0
  let tokenAt = 0
  let shownTokens = 0

  const show = (text: string, isReasoning: boolean) =>
    view.show(isReasoning ? { content: '', reasoning: text } : { content: text, reasoning: '' })

  const showTokens = (source: number, stream: 'text' | 'reasoning', isReasoning: boolean) => {
    const tokens = view.tokens(source)
    for (; tokenAt < tokens.length; tokenAt += 1) {
      const text = tokens[tokenAt]?.[stream] ?? ''
      if (text === '') continue
      shownTokens += 1
      show(text, isReasoning)
    }
  }

  /** False when the unit has to wait. */
  const showUnit = (unit: ShowUnit, isReasoning: boolean): boolean => {
    if ('text' in unit) {
      show(unit.text, isReasoning)
      return true
    }
    const { source } = unit
    if (source !== undefined && unit.stream) showTokens(source, unit.stream, isReasoning)
    if (source !== undefined && !view.isSettled(source)) return false
    // A source that streamed nothing (it was skipped, or failed into a fixed value) is read from its variables.
    if (shownTokens === 0) show(view.render(unit), isReasoning)
    return true
  }

  return {
    lastPiece: last && 'text' in last ? last.text : '',
    advance() {
      for (let next = units[at]; next; next = units[at]) {
        if (!showUnit(next.unit, next.isReasoning)) return false
        at += 1
        tokenAt = 0
        shownTokens = 0
      }
      return true
    },
  }
}
