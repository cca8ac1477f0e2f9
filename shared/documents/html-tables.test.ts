import { expect, test } from 'bun:test'
import { HTML_CELLS_MAX } from './html-table-tracker.ts'
import { readHtml } from './read-html.ts'

const textOf = async (html: string): Promise<string> => (await readHtml(html)).text
const lines = (...rows: string[]): string => rows.join('\n')

test('a table keeps its rows and columns, its names first, whatever tags are left out', async () => {
  const open = '<p>Before</p><table><caption>Planets</caption>'
  const expected = lines(
    'Before',
    '',
    'Planets',
    '',
    '| Name | Mass \\| kg |',
    '| --- | --- |',
    '| Mars | 6&lt; x |',
    '| | 7 |',
    '',
    'After',
  )
  const bare =
    '<thead><tr><th>Name<th>Mass &#124; kg<tbody><tr><td>Mars<td><p>6&amp;lt;</p><br>x<tr><td><td>7</table><p>After'
  expect(await textOf(open + bare)).toBe(expected)
  const closed = bare.replaceAll(/<(t[hd])>([^<]*)(?=<t)/g, '<$1>$2</$1>\n').replaceAll('<tr>', '</tr> <tr>')
  expect(await textOf(open + closed)).toBe(expected)
})

test('rows of names above each other become one, and what spans rows or columns is told where it belongs', async () => {
  const text = await textOf(
    '<table><tr><th rowspan=2>City<th colspan=2>2024<tr><th>H1<th>H2<tr><td rowspan=2>Rome<td>1<td>2<tr><td>3<td>4<tr><td>Oslo<td colspan=1000000000>5</table>',
  )
  expect(text).toBe(
    lines(
      '| City | 2024 H1 | 2024 H2 |',
      '| --- | --- | --- |',
      '| Rome | 1 | 2 |',
      '| Rome | 3 | 4 |',
      '| Oslo | 5 |',
    ),
  )
})

test('a rowspan of 0 goes down to the last row', async () => {
  const text = await textOf('<table><tr><th>A<th>B<tr><td rowspan=0>x<td>1<tr><td>2<tr><td>3</table>')
  expect(text.split('\n').slice(2)).toEqual(['| x | 1 |', '| x | 2 |', '| x | 3 |'])
})

test('rows that begin with their own names are values, and a title over all columns stands above them', async () => {
  expect(
    await textOf(
      '<table><tr><th colspan=2>Ada</th></tr><tr><th>Born</th><td>1815</td></tr><tr><th>Died</th><td>1852</td></tr></table>',
    ),
  ).toBe(lines('Ada', '', '| | |', '| --- | --- |', '| Born | 1815 |', '| Died | 1852 |'))
})

test('a table within a value is a part of it, and one within a layout a table of its own', async () => {
  const inner = '<table><tr><td>a<td>b<tr><td>1<td>2</table>'
  expect(await textOf(`<table><tr><th>Name<th>Parts<tr><td>X<td>${inner}</table>`)).toBe(
    lines('| Name | Parts |', '| --- | --- |', '| X | a b 1 2 |'),
  )
  const page = await readHtml(`<table><tr><td>menu<td><h1>Title</h1>words${inner}end<tr><td>x<td>foot</table>`)
  expect(page.text).toBe(
    lines('menu', '', 'Title', '', 'words', '', '| a | b |', '| --- | --- |', '| 1 | 2 |', '', 'end', '', 'x foot'),
  )
  expect(page.headings).toEqual([{ offset: 6, level: 1, title: 'Title' }])
})

test.each([
  ['has one column', '<table><tr><td>one<tr><td>two</table>', 'one\n\ntwo'],
  ['has one row', '<table><tr><td>one<td>two</table>', 'one two'],
  ['says so', '<table role=presentation><tr><td>a<td>b<tr><td>c<td>d</table>', 'a b\n\nc d'],
  ['holds a heading', '<table><tr><td>a<td><h2>b</h2><tr><td>c<td>d</table>', 'a\n\nb\n\nc d'],
  [
    'holds columns of a page',
    `<table><tr><td>a<td>${'b '.repeat(600)}<tr><td>c<td>d</table>`,
    `a ${'b '.repeat(600)}\n\nc d`,
  ],
  ['hardly has two values in a row', '<table><tr><td>a<td>b<tr><td>c<tr><td>d</table>', 'a b\n\nc\n\nd'],
])('a table that puts a page in order stays the text that it is: it %s', async (_, html, expected) => {
  expect(await textOf(html)).toBe(expected.replaceAll(' \n', '\n'))
})

test('a table of more cells than are remembered is read as text, and those before it as rows', async () => {
  const small = '<table><tr><th>A<th>B<tr><td>1<td>2</table>'
  const rows = Math.ceil(HTML_CELLS_MAX / 10)
  const text = await textOf(`${small}<table>${`<tr>${'<td>7'.repeat(10)}`.repeat(rows)}</table>`)
  expect(text.startsWith('| A | B |\n| --- | --- |\n| 1 | 2 |\n\n7 7 7')).toBe(true)
  expect(text.match(/7/g)).toHaveLength(rows * 10)
}, 120_000)

test.each([
  ['columns', '<tr><td colspan=1000000000 rowspan=1000000000>x<td>y'.repeat(20_000)],
  ['rows', `<tr>${`<td rowspan=1000000000>${'x'.repeat(200)}`.repeat(200)}${'<tr><td>y<td>z'.repeat(20_000)}`],
  ['names', `<thead>${`<tr><th colspan=1000000000>${'x'.repeat(200)}<th>y`.repeat(20_000)}<tbody><tr><td>1<td>2`],
])(
  '%s that claim to span more than there is make a page no larger',
  async (_, rows) => {
    const html = `<table>${rows}</table>`
    expect((await textOf(html)).length).toBeLessThan(html.length)
  },
  120_000,
)

test('columns beyond those that are told lose nothing', async () => {
  const row = (sign: string) => `<tr>${`<td>${sign}`.repeat(1_000)}`
  const text = await textOf(`<table>${row('a')}${row('b')}${row('c')}</table>`)
  expect(text.split('\n').map((line) => line.match(/[abc]/g)?.length)).toEqual([1_000, undefined, 1_000, 1_000])
})

test('tables that are nested without end, or never closed, are read as text', async () => {
  expect((await textOf('<table><tr><td>a<td>b'.repeat(5_000))).match(/[ab]/g)).toHaveLength(10_000)
  const nested = `${'<table><tr><td>a<td>b'.repeat(5_000)}${'</table>'.repeat(5_000)}`
  expect((await textOf(nested)).match(/[ab]/g)).toHaveLength(10_000)
})
