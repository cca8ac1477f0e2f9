import { expect, test } from 'bun:test'
import { createOverlapStripper } from './strip-overlap.ts'

const through = (delivered: string, pieces: readonly string[]): string => {
  const stripper = createOverlapStripper(delivered)
  return pieces.map((piece) => stripper.push(piece)).join('') + stripper.flush()
}

test.each([
  ['a plain continuation', 'Hello wor', ['ld', '!'], 'ld!'],
  ['a shared letter is chance', 'hel', ['lo'], 'lo'],
  ['all of it again', 'Hello world', ['Hello world', ', again'], ', again'],
  ['all of it again, letter by letter', 'Hello world', [...'Hello world!'], '!'],
  ['the last words again', 'one two three four', ['three four five'], ' five'],
  ['a beginning that turns out otherwise', 'Hello world', ['Hello ', 'there'], 'Hello there'],
  ['a half repetition at the end of the answer', 'Hello world', ['Hello'], 'Hello'],
  ['Chinese repeated', '今天天气很好，我们', ['很好，我们', '去公园'], '去公园'],
  ['one shared Chinese character', '我们', ['们去'], '们去'],
  ['nothing was delivered', '', ['Hello'], 'Hello'],
])('%s', (...[, delivered, pieces, expected]) => expect(through(delivered, pieces)).toBe(expected))

test('text that cannot be a repetition is shown at once', () => {
  expect(createOverlapStripper('one two three four').push(' five')).toBe(' five')
})

test('however the repetition is cut into pieces, it is removed', () => {
  const delivered = 'The quick brown fox jumps over'
  const answer = `${delivered} the lazy dog.`
  for (let cut = 0; cut <= answer.length; cut++) {
    expect(through(delivered, [answer.slice(0, cut), answer.slice(cut)])).toBe(' the lazy dog.')
  }
})
