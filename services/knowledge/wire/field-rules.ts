/**
 * Checks request bodies and says what is wrong in the words of the original's validator, because its clients show and match them. Lenient in the
 * same places: numbers may come as text, unknown fields are ignored.
 */
export interface FieldProblem {
  /** Dotted place, beginning with `body`. */
  place: string
  message: string
}

/** Returns the value to go on with; what it finds wrong it adds to the problems. */
export type FieldRule<Value> = (value: unknown, place: string, problems: FieldProblem[]) => Value

export type RuleValue<Rule> = Rule extends FieldRule<infer Value> ? Value : never

const refuse = (problems: FieldProblem[], place: string, message: string): never => {
  problems.push({ place, message })
  // The value is never used: a body with problems is refused as a whole.
  return undefined as never
}

export const text =
  (lengthMin: number): FieldRule<string> =>
  (value, place, problems) => {
    if (typeof value !== 'string') return refuse(problems, place, 'Input should be a valid string')
    if (value.length >= lengthMin) return value
    return refuse(problems, place, `String should have at least ${lengthMin} character${lengthMin === 1 ? '' : 's'}`)
  }

/** Of ids: part of index entries and of addresses, so neither endless nor with characters that PostgreSQL cannot store. */
const ID_LENGTH_MAX = 512

/** A text that names something. */
export const identifier =
  (lengthMin: number): FieldRule<string> =>
  (value, place, problems) => {
    const id = text(lengthMin)(value, place, problems)
    if (typeof id !== 'string') return id
    if (id.length > ID_LENGTH_MAX) {
      return refuse(problems, place, `String should have at most ${ID_LENGTH_MAX} characters`)
    }
    return id.includes('\0') || !id.isWellFormed()
      ? refuse(problems, place, 'Value error, it holds characters that cannot be stored')
      : id
  }

const numberOf = (value: unknown): number =>
  typeof value === 'boolean'
    ? Number(value)
    : typeof value === 'string' && value.trim() !== ''
      ? Number(value)
      : Number.NaN

const INTEGER_TEXT = /^\s*[+-]?\d+(?:\.0+)?\s*$/

export const integer =
  (range: { from?: number; to?: number } = {}): FieldRule<number> =>
  (value, place, problems) => {
    const parsed = typeof value === 'number' ? value : numberOf(value)
    if (typeof value === 'string' && !INTEGER_TEXT.test(value)) {
      return refuse(problems, place, 'Input should be a valid integer, unable to parse string as an integer')
    }
    if (Number.isNaN(parsed)) return refuse(problems, place, 'Input should be a valid integer')
    if (!Number.isInteger(parsed)) {
      return refuse(problems, place, 'Input should be a valid integer, got a number with a fractional part')
    }
    return within(parsed, range, { place, problems })
  }

export const decimal =
  (range: { from?: number; to?: number }): FieldRule<number> =>
  (value, place, problems) => {
    const parsed = typeof value === 'number' ? value : numberOf(value)
    if (Number.isNaN(parsed)) {
      const why = typeof value === 'string' ? ', unable to parse string as a number' : ''
      return refuse(problems, place, `Input should be a valid number${why}`)
    }
    return within(parsed, range, { place, problems })
  }

const within = (
  value: number,
  { from, to }: { from?: number; to?: number },
  { place, problems }: { place: string; problems: FieldProblem[] },
): number => {
  if (from !== undefined && value < from)
    return refuse(problems, place, `Input should be greater than or equal to ${from}`)
  if (to !== undefined && value > to) return refuse(problems, place, `Input should be less than or equal to ${to}`)
  return value
}

const TRUE_WORDS = ['true', 't', 'yes', 'y', 'on', '1']
const FALSE_WORDS = ['false', 'f', 'no', 'n', 'off', '0']

export const truth: FieldRule<boolean> = (value, place, problems) => {
  if (typeof value === 'boolean') return value
  const word = String(value).toLowerCase()
  if (typeof value === 'string' || typeof value === 'number') {
    if (TRUE_WORDS.includes(word)) return true
    if (FALSE_WORDS.includes(word)) return false
    return refuse(problems, place, 'Input should be a valid boolean, unable to interpret input')
  }
  return refuse(problems, place, 'Input should be a valid boolean')
}

export const oneOf =
  <const Choices extends readonly string[]>(choices: Choices): FieldRule<Choices[number]> =>
  (value, place, problems) => {
    if (choices.includes(value as Choices[number])) return value as Choices[number]
    const quoted = choices.map((choice) => `'${choice}'`)
    return refuse(problems, place, `Input should be ${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`)
  }

/** Of any list: far more than a client sends, and little enough to be worked through at once. */
const LIST_ITEMS_MAX = 10_000

export const list =
  <Item>(item: FieldRule<Item>, itemsMin = 0, itemsMax = LIST_ITEMS_MAX): FieldRule<Item[]> =>
  (value, place, problems) => {
    if (!Array.isArray(value)) return refuse(problems, place, 'Input should be a valid list')
    if (value.length < itemsMin) {
      const items = itemsMin === 1 ? 'item' : 'items'
      return refuse(
        problems,
        place,
        `List should have at least ${itemsMin} ${items} after validation, not ${value.length}`,
      )
    }
    if (value.length > itemsMax) {
      return refuse(problems, place, `List should have at most ${itemsMax} items after validation, not ${value.length}`)
    }
    return value.map((each, index) => item(each, `${place}.${index}`, problems))
  }

export const anything: FieldRule<unknown> = (value) => value

export const dictionary: FieldRule<Record<string, unknown>> = (value, place, problems) =>
  isRecord(value) ? value : refuse(problems, place, 'Input should be a valid dictionary')

/** A field that may be left out; null counts as a value only where `nullable` wraps the rule. */
export const withDefault =
  <Value>(rule: FieldRule<Value>, fallback: Value): FieldRule<Value> =>
  (value, place, problems) =>
    value === undefined ? fallback : rule(value, place, problems)

export const nullable =
  <Value>(rule: FieldRule<Value>): FieldRule<Value | null> =>
  (value, place, problems) =>
    value === undefined || value === null ? null : rule(value, place, problems)

export const model =
  <Fields extends Record<string, FieldRule<unknown>>>(
    fields: Fields,
  ): FieldRule<{ [Name in keyof Fields]: RuleValue<Fields[Name]> }> =>
  (value, place, problems) => {
    type Model = { [Name in keyof Fields]: RuleValue<Fields[Name]> }
    if (!isRecord(value)) {
      return refuse(problems, place, 'Input should be a valid dictionary or object to extract fields from')
    }
    const entries = Object.entries(fields).map(([name, rule]) => [
      name,
      field(rule, value[name], { place: `${place}.${name}`, problems }),
    ])
    return Object.fromEntries(entries) as Model
  }

/** A rule that does not take `undefined` is of a required field. */
const field = (
  rule: FieldRule<unknown>,
  value: unknown,
  { place, problems }: { place: string; problems: FieldProblem[] },
): unknown => {
  if (value !== undefined) return rule(value, place, problems)
  const missing: FieldProblem[] = []
  const fallback = rule(undefined, place, missing)
  if (missing.length === 0) return fallback
  return refuse(problems, place, 'Field required')
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
