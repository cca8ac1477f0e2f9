import { expect, test } from 'bun:test'
import { parseAddress } from './address-ranges.ts'
import { parseAllowList } from './allow-list.ts'

test('hosts match whole, a star matches what is below a name', () => {
  const allow = parseAllowList(' Model.Internal , *.corp.example,localhost ')
  expect(allow.allowsHost('model.internal')).toBe(true)
  expect(allow.allowsHost('xmodel.internal')).toBe(false)
  expect(allow.allowsHost('a.b.corp.example')).toBe(true)
  expect(allow.allowsHost('corp.example')).toBe(false)
  expect(allow.allowsHost('evilcorp.example')).toBe(false)
})

test('ranges and single addresses match, mapped ones too', () => {
  const allow = parseAllowList('10.1.0.0/16, 127.0.0.1, fd00::/8, [::1]')
  const allows = (address: string) => allow.allowsAddress(parseAddress(address)!)
  expect(allows('10.1.2.3')).toBe(true)
  expect(allows('::ffff:10.1.2.3')).toBe(true)
  expect(allows('10.2.0.1')).toBe(false)
  expect(allows('127.0.0.1')).toBe(true)
  expect(allows('127.0.0.2')).toBe(false)
  expect(allows('fd12::1')).toBe(true)
  expect(allows('::1')).toBe(true)
})

test.each(['10.0.0.0/99', '300.1.1.1', 'http://host', 'a b', '*'])('"%s" is refused by name, not ignored', (entry) => {
  expect(() => parseAllowList(`localhost,${entry}`)).toThrow(`"${entry}"`)
})

test('nothing allows nothing', () => {
  expect(parseAllowList('').allowsHost('localhost')).toBe(false)
})
