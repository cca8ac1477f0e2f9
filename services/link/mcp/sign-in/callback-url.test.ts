import { expect, test } from 'bun:test'
import { callbackUrl } from './callback-url.ts'

test.each([
  [{ 'x-forwarded-host': 'orrery.test', 'x-forwarded-proto': 'https' }, undefined, 'https://orrery.test'],
  [{ 'x-forwarded-host': '127.0.0.1:8080' }, undefined, 'http://127.0.0.1:8080'],
  [{ 'x-forwarded-host': 'a.test, b.test', 'x-forwarded-proto': 'https, http' }, undefined, 'https://a.test'],
  [{ 'x-forwarded-host': 'orrery.test' }, 'https://elsewhere.test', 'https://elsewhere.test'],
  [{ 'x-forwarded-host': 'not a host' }, undefined, 'http://127.0.0.1:8080'],
  [{}, undefined, 'http://127.0.0.1:8080'],
])('%j with the origin %p comes back to %s', (headers, origin, expected) => {
  expect(callbackUrl(new Headers(headers as Record<string, string>), origin)).toBe(
    `${expected}/api/mcp-servers/callback`,
  )
})
