import { expect, test } from 'bun:test'
import { isInRange, parseAddress, parseRange, specialRangeOf } from './address-ranges.ts'

test.each([
  ['127.0.0.1', 'loopback'],
  ['127.255.255.255', 'loopback'],
  ['10.0.0.1', 'private'],
  ['172.15.255.255', undefined],
  ['172.16.0.0', 'private'],
  ['172.31.255.255', 'private'],
  ['172.32.0.0', undefined],
  ['192.168.1.1', 'private'],
  ['169.254.169.254', 'link-local'],
  ['100.64.0.1', 'private'],
  ['100.128.0.1', undefined],
  ['0.0.0.0', 'reserved'],
  ['255.255.255.255', 'reserved'],
  ['224.0.0.1', 'multicast'],
  ['198.18.0.1', 'private'],
  ['192.0.0.8', 'reserved'],
  ['8.8.8.8', undefined],
  ['93.184.216.34', undefined],
  ['::1', 'loopback'],
  ['::', 'reserved'],
  ['fe80::1', 'link-local'],
  ['fc00::1', 'private'],
  ['fd12:3456::1', 'private'],
  ['ff02::1', 'multicast'],
  ['2001:db8::1', 'documentation'],
  ['2001::1', 'reserved'],
  ['4000::1', 'reserved'],
  ['2606:4700:4700::1111', undefined],
  ['::ffff:127.0.0.1', 'loopback'],
  ['::ffff:a9fe:a9fe', 'link-local'],
  ['::ffff:8.8.8.8', undefined],
  ['::127.0.0.1', 'loopback'],
  ['::ffff:0:10.0.0.1', 'private'],
  ['64:ff9b::10.0.0.1', 'private'],
  ['64:ff9b:1::1', 'reserved'],
  ['2002:7f00:1::1', 'loopback'],
  ['2002:808:808::1', undefined],
])('%s is %p', (text, kind) => {
  const address = parseAddress(text)
  expect(address).toBeDefined()
  expect(specialRangeOf(address!)).toBe(kind)
})

test.each(['', '1.2.3', '1.2.3.256', '1.2.3.4.5', '01.2.3.x', ':::', '1::2::3', '12345::', '::1.2.3.999', 'localhost'])(
  '"%s" is no address',
  (text) => expect(parseAddress(text)).toBeUndefined(),
)

test.each(['10.0.0.0/33', '10.0.0.0/-1', '10.0.0.0/8/8', 'fd00::/129', '10.0.0.0/', 'host/8'])(
  '"%s" is no range',
  (text) => expect(parseRange(text)).toBeUndefined(),
)

test('ranges end where their prefix says, and families never mix', () => {
  const inside = (address: string, range: string) => isInRange(parseAddress(address)!, parseRange(range)!)
  expect(inside('10.1.255.255', '10.1.0.0/16')).toBe(true)
  expect(inside('10.2.0.0', '10.1.0.0/16')).toBe(false)
  expect(inside('8.8.8.8', '0.0.0.0/0')).toBe(true)
  expect(inside('::a', '0.0.0.0/0')).toBe(false)
  expect(inside('10.1.2.3', '10.1.2.3')).toBe(true)
  expect(inside('10.1.2.4', '10.1.2.3')).toBe(false)
  expect(inside('fd00:1::', 'fd00::/31')).toBe(true)
})
