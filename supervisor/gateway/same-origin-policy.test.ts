import { expect, test } from 'bun:test'
import { isForeignChange, mayUseSession } from './same-origin-policy.ts'

const request = (method: string, fields: Record<string, string>) => ({
  method,
  headers: new Headers({ host: 'orrery.test:8080', ...fields }),
})

test.each([
  ['our own page changes', 'POST', { 'sec-fetch-site': 'same-origin', origin: 'http://orrery.test:8080' }, true],
  ['our own page in a browser without Sec-Fetch-Site', 'DELETE', { origin: 'http://orrery.test:8080' }, true],
  ['our own page behind a proxy', 'POST', { origin: 'https://ai.example', 'x-forwarded-host': 'ai.example' }, true],
  ['a page of another site changes', 'POST', { 'sec-fetch-site': 'cross-site' }, false],
  ['a neighbouring host changes', 'POST', { 'sec-fetch-site': 'same-site' }, false],
  ['a neighbouring port changes', 'POST', { origin: 'http://orrery.test:9090' }, false],
  ['a page without an origin changes', 'POST', { origin: 'null' }, false],
  ['a host that only begins like ours', 'POST', { origin: 'http://orrery.test:8080.evil.test' }, false],
  [
    'a page that claims to be ours against Sec-Fetch-Site',
    'POST',
    { 'sec-fetch-site': 'cross-site', origin: 'http://orrery.test:8080' },
    false,
  ],
  ['a program that says nothing changes', 'POST', {}, false],
  ['the address bar changes nothing, but says none', 'POST', { 'sec-fetch-site': 'none' }, false],
  ['a program that says nothing reads', 'GET', {}, true],
  ['the address bar reads', 'GET', { 'sec-fetch-site': 'none' }, true],
  ['a link on another site reads', 'GET', { 'sec-fetch-site': 'cross-site' }, false],
  ['a WebSocket of another site opens', 'GET', { origin: 'https://evil.test' }, false],
  ['a WebSocket of our page opens', 'GET', { origin: 'http://orrery.test:8080' }, true],
] as const)('%s', (...[, method, fields, expected]) => {
  expect(mayUseSession(request(method, fields))).toBe(expected)
})

test('where one signs in, programs may call and pages of others may not', () => {
  expect(isForeignChange(request('POST', {}))).toBe(false)
  expect(isForeignChange(request('POST', { 'sec-fetch-site': 'same-origin' }))).toBe(false)
  expect(isForeignChange(request('POST', { 'sec-fetch-site': 'cross-site' }))).toBe(true)
  expect(isForeignChange(request('POST', { origin: 'https://evil.test' }))).toBe(true)
  expect(isForeignChange(request('GET', { 'sec-fetch-site': 'cross-site' }))).toBe(false)
})
