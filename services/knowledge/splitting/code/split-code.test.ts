import { describe, expect, test } from 'bun:test'
import { findHeadings } from '#shared/documents/read-markdown.ts'
import { splitDocument } from '../split-document.ts'
import { DEFAULT_SPLITTING, normaliseSplitting } from '../split-settings.ts'
import { constructName } from './construct-name.ts'

const split = (text: string, lengths: { lengthMin: number; lengthMax: number }, headings = findHeadings(text)) =>
  splitDocument(
    { text, headings, pageStarts: [] },
    normaliseSplitting({ ...DEFAULT_SPLITTING, chunker: 'code', ...lengths }),
  )
const code = (text: string, lengthMax: number) => split(text, { lengthMin: 1, lengthMax }, [])

const PYTHON = `# A module.
import os
import sys

LIMIT = 10


@dataclass
class Stack:
    """A stack.

def no_code_here(): inside of a string
    """

    def push(self, item):
        if item:
            self.items.append(item)
        else:
            raise ValueError(item)

    # Takes it off.
    def pop(self):
        return self.items.pop()


def main(
    argument,
):
    return Stack([])
`

const TYPESCRIPT = `import { a } from './a.ts'
import { b } from './b.ts'

/**
 * Says "{" and what's what.
 */
export const say = (what: string) => {
  if (what === '}') {
    return \`{
unindented \${what}\`
  }

  return what
}

export class Speaker {
  constructor(readonly voice: string) {}

  speak(words: string[]): void {
    for (const word of words) say(word)
  }
}
`

const GO = `package stack

// Push adds.
func (s *Stack) Push(item int) {
\ts.items = append(s.items, item)
}

func Pop() int {
\treturn 1
}
`

const RUST = `use std::fmt;

impl<'a> Stack<'a> {
    pub fn push(&mut self, item: &'a str) {
        self.items.push(item);
    }
}

pub fn longest<'a>(x: &'a str, y: &'a str) -> &'a str {
    if x.len() > y.len() { x } else { y }
}
`

const UNINDENTED = `int add(int a, int b) {
return a + b;
}
int sub(int a, int b) {
if (a) {
return a - b;
}
return 0;
}
`

test('Python: a function is a chunk with what leads to it, under the name of its class', () => {
  expect(code(PYTHON, 140).map(({ title, content }) => [title, content.split('\n')[0]?.trim()])).toEqual([
    ['', '# A module.'],
    ['class Stack', '@dataclass'],
    ['class Stack > def push', 'def push(self, item):'],
    ['class Stack > def pop', '# Takes it off.'],
    ['def main', 'def main('],
  ])
  expect(code(PYTHON, 140).at(-1)?.content).toBe('def main(\n    argument,\n):\n    return Stack([])')
})

test('TypeScript: signs in strings, templates and comments part nothing', () => {
  expect(code(TYPESCRIPT, 220).map(({ title, content }) => [title, content.split('\n').at(-1)])).toEqual([
    ['', "import { b } from './b.ts'"],
    ['say', '}'],
    ['class Speaker', '}'],
  ])
})

test.each([
  ['Go', { text: GO, lengthMax: 90 }, ['', 'func (s *Stack) Push', 'func Pop']],
  ['Rust', { text: RUST, lengthMax: 140 }, ['', "impl <'a> Stack<'a>", "fn longest<'a>"]],
  ['C without indentation', { text: UNINDENTED, lengthMax: 90 }, ['add', 'sub']],
] as const)('%s: a chunk for each function', (_language, { text, lengthMax }, titles) => {
  const chunks = code(text, lengthMax)
  expect(chunks.map(({ title }) => title)).toEqual([...titles])
  for (const { content } of chunks.slice(titles[0] === '' ? 1 : 0)) expect(content).toEndWith('}')
})

test('small neighbours share a chunk until it is long enough', () => {
  const [first, ...rest] = split(GO, { lengthMin: 60, lengthMax: 120 }, [])
  expect(rest).toHaveLength(1)
  expect(first?.content).toStartWith('package stack')
})

test('indentation at the beginning of a chunk is kept', () => {
  expect(code(PYTHON, 140)[2]?.content).toStartWith('    def push')
})

describe('fenced code in Markdown', () => {
  const text = `# Use\nSome prose here.\n\n\`\`\`ts\n${TYPESCRIPT}\`\`\`\n\nAfter it all.`

  test('is cut between its constructs, under the headings above it; prose is cut as prose', () => {
    const chunks = split(text, { lengthMin: 1, lengthMax: 220 })
    expect(chunks.map(({ title }) => title)).toEqual(['Use', 'Use', 'Use > say', 'Use > class Speaker', 'Use'])
    expect(chunks[1]?.content).toStartWith('```ts\nimport')
    expect(chunks[3]?.content).toEndWith('}\n```')
  })

  test('prose without any is cut by length', () => {
    const prose = 'Comets have tails and come back. '.repeat(20).trim()
    const chunks = split(prose, { lengthMin: 20, lengthMax: 100 })
    expect(chunks.every(({ content }) => content.length <= 100)).toBe(true)
    expect(chunks.length).toBeGreaterThan(5)
  })
})

test('a line longer than a chunk stays whole, up to the longest that any chunk may be', () => {
  const line = (words: number) => `const words = [${"'word', ".repeat(words)}]`
  const chunks = code(`let a = 1;\n${line(50)}\nlet b = 2;\n`, 60)
  expect(chunks.map(({ content }) => content.length > 60)).toEqual([false, true, false])
  const huge = code(`let a = 1;\n${line(5_000)}\nlet b = 2;\n`, 60)
  expect(huge.every(({ content }) => content.length <= 20_000)).toBe(true)
  expect(huge.length).toBe(5)
})

test.each([
  ['export default async function* walk(node) {', 'function* walk'],
  ['pub(crate) enum Shape<T> {', 'enum Shape<T>'],
  ['class Stack(Base):', 'class Stack'],
  ['const sum = (a, b) => a + b', 'sum'],
  ['public static void main(String[] args) {', 'main'],
  ['CREATE OR REPLACE FUNCTION area(r int)', 'CREATE OR REPLACE FUNCTION area'],
  ['func (s *Stack) Push(item int) {', 'func (s *Stack) Push'],
  ['interface Named extends Thing {', 'interface Named extends Thing'],
  ['return total(a)', undefined],
  ['total(a);', undefined],
  ['x = 1', undefined],
])('the name of what %p declares is %p', (line, name) => {
  expect(constructName(line)).toBe(name)
})
