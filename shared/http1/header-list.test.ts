import { expect, test } from 'bun:test'
import { HeaderList } from './header-list.ts'

const FIELDS = { Host: 'a', 'X-Id': 'one', Accept: '*/*' }
const BLIND = new Set(['x-id'])
const derive = (list: HeaderList, facts: string) => `${facts} ${list.get('host')} ${list.get('accept')}`

test('a list with other values leaves the one that it was made of as it was, and the other way round', () => {
  const list = HeaderList.from(FIELDS)
  const other = list.withValues([1], ['two'])
  list.add('More', '1')
  other.delete('Host')
  expect([...list]).toEqual([
    ['host', 'a'],
    ['x-id', 'one'],
    ['accept', '*/*'],
    ['more', '1'],
  ])
  expect([...other]).toEqual([
    ['x-id', 'two'],
    ['accept', '*/*'],
  ])
})

test('what was derived is kept while only fields differ that it does not look at', () => {
  const list = HeaderList.from(FIELDS)
  list.remember(derive, 'f', BLIND)
  const never = () => 'made anew'
  let made = 0
  const counted = (given: HeaderList, facts: string) => {
    made += 1
    return derive(given, facts)
  }
  expect(list.remember(counted, 'f', BLIND)).toBe('f a */*')
  expect(list.withValues([1], ['two']).remember(counted, 'f', BLIND)).toBe('f a */*')
  expect(made).toBe(1)
  expect(list.withValues([1, 2], ['two', 'text/html']).remember(counted, 'f', BLIND)).toBe('f a text/html')
  expect(list.withValues([1], ['two']).remember(never, 'f', BLIND)).toBe('made anew')
  const changed = list.withValues([1], ['two'])
  changed.set('Accept', 'image/png')
  expect(changed.remember(counted, 'f', BLIND)).toBe('f a image/png')
})
