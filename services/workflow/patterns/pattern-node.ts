/** A regular expression, read. */
export type PatternNode =
  | { readonly type: 'empty' }
  | { readonly type: 'set'; readonly set: CharacterSet }
  | { readonly type: 'assert'; readonly at: 'start' | 'end' | 'word' | 'no-word' }
  | { readonly type: 'sequence'; readonly parts: readonly PatternNode[] }
  | { readonly type: 'choice'; readonly options: readonly PatternNode[] }
  | { readonly type: 'group'; readonly index: number; readonly part: PatternNode }
  | {
      readonly type: 'repeat'
      readonly part: PatternNode
      readonly min: number
      /** Infinity without an upper bound. */
      readonly max: number
      readonly lazy: boolean
    }

/** Code points: those in one of the ranges (both ends included), or with `inverted` those in none. */
export interface CharacterSet {
  readonly ranges: readonly (readonly [from: number, to: number])[]
  readonly inverted: boolean
}

export const holds = ({ ranges, inverted }: CharacterSet, point: number): boolean =>
  ranges.some(([from, to]) => from <= point && point <= to) !== inverted
