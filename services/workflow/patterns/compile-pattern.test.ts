import { expect, test } from 'bun:test'
import { compilePattern } from './compile-pattern.ts'
import { PatternError } from './pattern-error.ts'

const FENCE = '(```(?:json)?)([\\s\\S]*?)(```)'

/** Patterns that both engines understand, with texts that match and texts that do not. */
const SAME: [pattern: string, ...texts: string[]][] = [
  [FENCE, 'a ```json\n{"a": 1}``` b ``` c```', 'no fence', '``````', '```x'],
  ['a|ab', 'ab', 'xab', 'b'],
  ['(a|ab)(c|bcd)(d*)', 'abcd', 'acd'],
  ['(a+)(b+)?', 'aaab', 'aaa', 'b'],
  ['a{2,3}', 'a', 'aa', 'aaaa'],
  ['a{2,3}?', 'aaaa'],
  ['x{0}y', 'y', 'xy'],
  ['^[^,]+,(\\d+)$', 'abc,12', 'abc,12x', ',1'],
  ['(\\w+)\\s(\\w+)', 'hello big world', 'hello'],
  ['\\bcat\\b', 'a cat sat', 'concat', 'cat'],
  ['\\Bcat', 'concat', 'cat'],
  ['[a-c\\d\\]-]+', 'zzab1]-', '---', 'z'],
  ['[^\\W\\d]+', '12ab_3', '12'],
  ['.*', 'one\ntwo', ''],
  ['.+?x', 'aaxbx', 'x'],
  ['(a*)*b', 'aaab', 'b', 'c'],
  ['(?:ab)*(c)?', 'ababc', 'abab', ''],
  ['\\u0041\\x42\\.', 'AB.', 'ABx'],
  ['[\\s\\S]', '\n', ''],
  ['}{', '}{'],
  ['a{x', 'a{x'],
]

test.each(SAME)('%s finds what a backtracking engine finds', (source, ...texts) => {
  const ours = compilePattern(source)
  const theirs = new RegExp(source)
  for (const text of texts) expect(ours.exec(text)).toEqual(toGroups(theirs.exec(text)))
})

const toGroups = (match: RegExpExecArray | null) => match?.map((group) => group as string | undefined)

test('names of groups, flags in front and characters beyond the first plane are understood', () => {
  expect(compilePattern('(?P<open>a)(?<rest>b)').exec('xab')).toEqual(['ab', 'a', 'b'])
  expect(compilePattern('(?is)A.b').exec('xa\nB')).toEqual(['a\nB'])
  expect(compilePattern('^.$').exec('😀')).toEqual(['😀'])
  expect(compilePattern('[😀-😃]+').exec('a😁😂')).toEqual(['😁😂'])
})

test.each([
  '(a',
  'a)',
  '[a',
  '*a',
  'a**',
  '(?=a)',
  '(?!a)',
  '(?<=a)',
  '(a)\\1',
  'a{3,2}',
  'a{1001}',
  '\\p{L}',
  '\\',
  '[z-a]',
  `${'('.repeat(60)}a${')'.repeat(60)}`,
  '(((a{1000}){1000}){1000})',
  'a'.repeat(3_000),
  '(?m)a',
])('%s is refused', (source) => {
  expect(() => compilePattern(source)).toThrow(PatternError)
})

/** Each of these takes a backtracking engine longer than anybody lives. */
test.each(['(a+)+$', '(a|a)*=', '(a|aa)+$', '(a*)*b', '([a-z]+)*=', '(.*a){20}$', '(x+x+)+y', '(a?){50}a{50}b'])(
  '%s does not hang on the text that it is dangerous for',
  (source) => {
    const pattern = compilePattern(source)
    const letter = source.includes('x') ? 'x' : 'a'
    const beganAt = performance.now()
    expect(pattern.exec(`${letter.repeat(20_000)}!`)).toBeUndefined()
    // Far above what it takes; a backtracking engine would not come back.
    expect(performance.now() - beganAt).toBeLessThan(20_000)
  },
)
