import { expect, test } from 'bun:test'
import type { DocumentText } from '#shared/documents/document-text.ts'
import { readHtml } from '#shared/documents/read-html.ts'
import { findHeadings } from '#shared/documents/read-markdown.ts'
import { splitDocument } from '../split-document.ts'
import { DEFAULT_SPLITTING, normaliseSplitting, type SplitSettings } from '../split-settings.ts'

const markdown = (text: string): DocumentText => ({ text, headings: findHeadings(text), pageStarts: [] })
const plain = (text: string): DocumentText => ({ text, headings: [], pageStarts: [] })

const split = (document: DocumentText, settings: Partial<SplitSettings>) =>
  splitDocument(document, normaliseSplitting({ ...DEFAULT_SPLITTING, lengthMin: 20, lengthMax: 200, ...settings }))

const FIGURES = 'Ten figures. '.repeat(30).trim()

test('headings: a section is a chunk however short, and deeper headings stay inside', () => {
  const text = '# Guide\n\n## Install\nRun it.\n\n### Linux\napt\n\n## Stop\nKill it.'
  expect(
    split(markdown(text), { chunker: 'headings', headingDepth: 2 }).map(({ title, content }) => [title, content]),
  ).toEqual([
    ['Guide > Install', '# Guide\n\n## Install\nRun it.\n\n### Linux\napt'],
    ['Guide > Stop', '## Stop\nKill it.'],
  ])
  expect(split(markdown(text), { chunker: 'headings', headingDepth: 3 })).toHaveLength(3)
})

test('headings: a long section is cut, and what stands above the first heading is a chunk too', () => {
  const chunks = split(markdown(`Preface.\n\n# Figures\n${FIGURES}`), { chunker: 'headings' })
  expect(chunks[0]).toMatchObject({ title: '', content: 'Preface.' })
  expect(chunks.length).toBeGreaterThan(2)
  expect(chunks.slice(1).every(({ title, content }) => title === 'Figures' && content.length <= 200)).toBe(true)
})

test('headings: depth counts headings above each other, not the number of their marks', () => {
  const text = '## A\nOne.\n\n#### B\nTwo.\n\n###### C\nThree.'
  expect(split(markdown(text), { chunker: 'headings', headingDepth: 2 }).map(({ content }) => content)).toEqual([
    '## A\nOne.',
    '#### B\nTwo.\n\n###### C\nThree.',
  ])
})

test.each([
  ['section', '## A\nOne. Two. Three.'],
  ['paragraph', 'Four. Five. Six. Seven.'],
] as const)('parent-child: children by %s are shown with their parent, and with no other', (parentBy, context) => {
  const text = '# T\n\n## A\nOne. Two. Three.\n\n## B\nFour. Five. Six. Seven.'
  const settings = { chunker: 'parent-child', parentBy, lengthMin: 1, lengthMax: 12, parentLengthMax: 100 } as const
  const chunks = split(markdown(text), settings)
  expect(chunks.map((chunk) => chunk.context)).toContainEqual(expect.stringContaining(context))
  for (const { content, context: shown } of chunks) {
    if (shown !== null) expect(shown).toContain(content)
    expect(shown?.includes('Three') && shown.includes('Four')).not.toBe(true)
  }
})

test('parent-child: by length, a parent holds several children and is no longer than allowed', () => {
  const chunks = split(plain(FIGURES), { chunker: 'parent-child', lengthMin: 1, lengthMax: 30, parentLengthMax: 120 })
  const children = Map.groupBy(chunks, ({ context }) => context)
  expect(children.size).toBeGreaterThan(2)
  for (const [parent, parts] of children) {
    expect(parent?.length ?? 0).toBeLessThanOrEqual(120)
    expect(parts.length).toBeGreaterThan(1)
  }
})

test.each([
  ['marks', 'Q: How?\nA: So.\n\nQ1. And\nwhy?\nA1. Because.\nReally.', ['How?|So.', 'And\nwhy?|Because.\nReally.']],
  ['Chinese marks', '问：怎么装？\n答：运行。\n问题2：可以吗？答：可以。', ['怎么装？|运行。', '可以吗？|可以。']],
  ['traditional Chinese marks', '問：怎麼裝？\n答：執行。', ['怎麼裝？|執行。']],
  ['bold marks', '**Q:** How?\n**A:** So.\n\n- **Q: Why?**\n- **A:** Because.', ['How?|So.', 'Why?|Because.']],
  [
    'headings',
    '# FAQ\n\n## How?\nSo.\n\n### Detail\nMore.\n\n## Why？\nBecause.',
    ['How?|So.\n\n### Detail\nMore.', 'Why？|Because.'],
  ],
  ['bold lines', '**How?**\nSo.\n\n- **Why?** Because.\n', ['How?|So.', 'Why?|Because.']],
  [
    'terms of a list',
    'How does it work?\n\nSo.\n\nWhy?\n\nBecause.\n\nAnd so on.',
    ['How does it work?|So.', 'Why?|Because.\n\nAnd so on.'],
  ],
  [
    'columns of a table',
    '| No | Question | Answer |\n| --- | --- | --- |\n| 1 | How? | So \\| so. |',
    ['How?|So | so.\nNo: 1'],
  ],
  ['two columns without names', 'How?;So.\nWhy?;"Be;cause"\n', ['How?|So.', 'Why?|Be;cause']],
] as const)(
  'question-answer: pairs in %s are found by the question and shown with the answer',
  (_form, text, pairs) => {
    const chunks = split(markdown(text), { chunker: 'question-answer' }).filter(({ context }) => context !== null)
    expect(chunks.map(({ content, context }) => `${content}|${context?.slice(content.length + 1)}`)).toEqual([...pairs])
  },
)

test('question-answer: columns can be named, and what is no pair is kept as it is', () => {
  const text = 'Thema,Text,Id\nWie?,So.,1\nWarum?,,2\n'
  const settings = { chunker: 'question-answer', questionColumn: 'thema', answerColumn: 'Text' } as const
  expect(split(plain(text), settings).map(({ content, context }) => [content, context])).toEqual([
    ['Wie?', 'Wie?\nSo.\nId: 1'],
    ['Thema: Warum?\nId: 2', null],
  ])
  expect(split(markdown('Only prose here.\n\n## Part\nNo question.'), { chunker: 'question-answer' })).toHaveLength(1)
})

test('question-answer: the title of a question that is a heading is what stands above it', () => {
  const [chunk] = split(markdown('# FAQ\n\n## How?\nSo.'), { chunker: 'question-answer' }).slice(-1)
  expect(chunk).toMatchObject({ title: 'FAQ', content: 'How?' })
})

test('table-rows: a row of CSV is told with the names of its columns, quotes and line ends and all', () => {
  const text = 'name;price;note\nApple;1,5;"red; ""sweet"""\nPear;;\n'
  expect(split(plain(text), { chunker: 'table-rows' }).map(({ content }) => content)).toEqual([
    'name: Apple\nprice: 1,5\nnote: red; "sweet"',
    'name: Pear',
  ])
})

test('table-rows: tables within a text give rows under their headings, and the text around them is kept', () => {
  const text =
    '# Fruit\nWe sell:\n\n| Name | Price |\n| --- | --- |\n| Apple | 1 \\| 2 |\n| Pear | 3 |\n\nThat is all.\n\n```\n| no | table |\n| --- | --- |\n| in | code |\n```'
  expect(
    split(markdown(text), { chunker: 'table-rows', lengthMin: 1 }).map(({ title, content }) => [title, content]),
  ).toEqual([
    ['Fruit', '# Fruit\nWe sell:'],
    ['Fruit', 'Name: Apple\nPrice: 1 | 2'],
    ['Fruit', 'Name: Pear\nPrice: 3'],
    ['Fruit', 'That is all.\n\n```\n| no | table |\n| --- | --- |\n| in | code |\n```'],
  ])
})

test('table-rows: numbers are no names of columns, and a row too long for a chunk keeps itself as context', () => {
  const numbers = split(plain('1,2\n3,4\n'), { chunker: 'table-rows' })
  expect(numbers.map(({ content }) => content)).toEqual(['1\n2', '3\n4'])
  const long = split(plain(`a,b\nx,${'word '.repeat(80)}\n`), { chunker: 'table-rows' })
  expect(long.length).toBeGreaterThan(1)
  expect(new Set(long.map(({ context }) => context)).size).toBe(1)
  expect(long[0]?.context).toStartWith('a: x\nb: word word')
})

test('table-rows: a table goes on behind an empty row of its sheet, and another one has names of its own', () => {
  const rule = '| --- | --- |'
  const text = `| Part | Price |\n${rule}\n| Mirror | 120 |\n\n| Tripod | 80 |\n${rule}\n| Cap | 3 |\n\n| Star | Colour |\n${rule}\n| Vega | blue |`
  expect(split(markdown(text), { chunker: 'table-rows' }).map(({ content }) => content)).toEqual([
    'Part: Mirror\nPrice: 120',
    'Part: Tripod\nPrice: 80',
    'Part: Cap\nPrice: 3',
    'Star: Vega\nColour: blue',
  ])
})

test('table-rows: rows of a web page are told with the names of their columns, under the heading of their table', async () => {
  const page = await readHtml(
    '<h1>Prices</h1><p>As of May.</p><table><thead><tr><th>Part</th><th>Price</th></tr></thead><tr><td>Mirror</td><td>120</td></tr><tr><td>Cap</td><td>3</td></tr></table>' +
      '<h2>Makers</h2><table><tr><th>Mirror</th><td>Zeiss</td></tr><tr><th>Cap</th><td>Lund</td></tr></table>',
  )
  const chunks = split(page, { chunker: 'table-rows', lengthMin: 1 })
  expect(chunks.map(({ title, content }) => [title, content])).toEqual([
    ['Prices', 'Prices\n\nAs of May.'],
    ['Prices', 'Part: Mirror\nPrice: 120'],
    ['Prices', 'Part: Cap\nPrice: 3'],
    ['Prices > Makers', 'Makers'],
    ['Prices > Makers', 'Mirror\nZeiss'],
    ['Prices > Makers', 'Cap\nLund'],
  ])
})

test('table-rows: a first row of long texts names nothing, and is not told again with each row', () => {
  const long = 'word '.repeat(60).trim()
  const chunks = split(markdown(`| ${long} | b |\n| --- | --- |\n| c | d |`), {
    chunker: 'table-rows',
    lengthMax: 2_000,
  })
  expect(chunks.map(({ content }) => content)).toEqual([`${long}\nb`, 'c\nd'])
})

test('whole: a document is one chunk, headings and lengths or not', () => {
  const text = `# A\n${FIGURES}\n\n# B\nEnd.`
  expect(split(markdown(text), { chunker: 'whole', cutOff: ['Ten'] }).map(({ content }) => content)).toEqual([text])
  const long = split(plain('Word after word. '.repeat(3_000)), { chunker: 'whole' })
  expect(long.map(({ content }) => content.length <= 20_000)).toEqual([true, true, true])
})
