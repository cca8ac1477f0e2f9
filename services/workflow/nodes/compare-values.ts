export const compareOperators = [
  'contains',
  'not_contains',
  'start_with',
  'end_with',
  'is',
  'is_not',
  'empty',
  'not_empty',
  'eq',
  'ne',
  'gt',
  'ge',
  'lt',
  'le',
  'null',
  'not_null',
] as const

export type CompareOperator = (typeof compareOperators)[number]

/** A right side that is no number where one is needed. */
export class ComparisonError extends Error {}

/** One condition of an if-else node, with the original's semantics (booleans count as integers). Throws ComparisonError. */
export const compareValues = (operator: CompareOperator, left: unknown, right: unknown): boolean =>
  comparisons[operator](left, right)

const isFalsy = (value: unknown): boolean =>
  value === null || value === undefined || value === '' || value === 0 || value === false || isEmptyCollection(value)

const isEmptyCollection = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0

const isText = (value: unknown): value is string => typeof value === 'string'
const isNull = (value: unknown): value is null | undefined => value === null || value === undefined

const equalsDeep = (left: unknown, right: unknown): boolean => Bun.deepEquals(asNumber(left), asNumber(right))
const asNumber = (value: unknown): unknown => (typeof value === 'boolean' ? Number(value) : value)

const holds = (left: unknown, right: unknown): boolean =>
  Array.isArray(left)
    ? left.some((item) => equalsDeep(item, right))
    : isText(left) && left.includes(isText(right) ? right : refuse(right))

const refuse = (value: unknown): never => {
  throw new ComparisonError(`a text cannot contain ${JSON.stringify(value)}`)
}

const contains = (left: unknown, right: unknown): boolean => {
  if (left === '' && right === '') return true
  if (isFalsy(left) || !(isText(left) || Array.isArray(left))) return false
  return holds(left, right)
}

const notContains = (left: unknown, right: unknown): boolean => {
  if (left === '' && right === '') return false
  if (isFalsy(left)) return true
  return (isText(left) || Array.isArray(left)) && !holds(left, right)
}

const isSame = (left: unknown, right: unknown): boolean => {
  if (isNull(left)) return false
  if (isText(left)) return left === right
  return typeof left === 'object' ? false : isEqualNumber(left, right)
}

const isNotSame = (left: unknown, right: unknown): boolean => {
  if (isNull(left)) return false
  if (isText(left)) return left !== right
  return typeof left === 'object' ? false : !isEqualNumber(left, right)
}

/** The right side, brought to the left side's kind of number: integers cut fractions of numbers and refuse those of texts. */
const toNumberLike = (left: number, right: unknown): number => {
  if (typeof right === 'boolean') return Number(right)
  if (typeof right === 'number') return Number.isInteger(left) ? Math.trunc(right) : right
  const text = isText(right) ? right.trim().replaceAll(/(?<=\d)_(?=\d)/g, '') : ''
  const pattern = Number.isInteger(left) ? /^[+-]?\d+$/ : /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/
  if (!pattern.test(text)) throw new ComparisonError(`${JSON.stringify(right)} is no number to compare with`)
  return Number(text)
}

const isEqualNumber = (left: unknown, right: unknown): boolean => compareNumbers(left, right, (a, b) => a === b)

const compareNumbers = (left: unknown, right: unknown, test: (a: number, b: number) => boolean): boolean => {
  const value = asNumber(left)
  return typeof value === 'number' && test(value, toNumberLike(value, right))
}

const isEmpty = (value: unknown): boolean => {
  if (isText(value)) return value.trim() === ''
  if (isNull(value)) return false
  return isFalsy(value)
}

const comparisons: Record<CompareOperator, (left: unknown, right: unknown) => boolean> = {
  contains,
  not_contains: notContains,
  start_with: (left, right) => isText(left) && left !== '' && isText(right) && left.startsWith(right),
  end_with: (left, right) => isText(left) && left !== '' && isText(right) && left.endsWith(right),
  is: isSame,
  is_not: isNotSame,
  empty: isEmpty,
  not_empty: (left) => !isEmpty(left) && !isNull(left),
  eq: (left, right) => (isText(left) ? isSame(left, right) : isEqualNumber(left, right)),
  ne: (left, right) => {
    if (isText(left)) return isNotSame(left, right)
    return compareNumbers(left, right, (a, b) => a !== b)
  },
  gt: (left, right) => compareNumbers(left, right, (a, b) => a > b),
  ge: (left, right) => compareNumbers(left, right, (a, b) => a >= b),
  lt: (left, right) => compareNumbers(left, right, (a, b) => a < b),
  le: (left, right) => compareNumbers(left, right, (a, b) => a <= b),
  null: (left) => isNull(left),
  not_null: (left) => !isNull(left),
}
