import { describe, expect, test } from 'bun:test'
import { checkNames, isElsewhere, reachOfChanged, reachOfNew, secretsOfChanged } from './server-fields.ts'

const HTTP = { transport: 'auto' as const, url: 'https://a.test/mcp', command: '', args: [] }
const PROGRAM = { transport: 'stdio' as const, url: '', command: 'npx', args: ['-y', 'server'] }

describe('a server is reached in exactly one way', () => {
  test('a url alone is tried with every transport, a command alone is a program', () => {
    expect(reachOfNew({ name: 'n', url: HTTP.url })).toEqual(HTTP)
    expect(reachOfNew({ name: 'n', command: 'npx', args: ['-y', 'server'] })).toEqual(PROGRAM)
  })

  test.each([
    { name: 'n' },
    { name: 'n', transport: 'stdio' as const },
    { name: 'n', transport: 'stdio' as const, url: HTTP.url, command: 'npx' },
    { name: 'n', transport: 'sse' as const, url: HTTP.url, command: 'npx' },
    { name: 'n', url: 'mcp.test/mcp' },
    { name: 'n', url: 'https://user:secret@a.test/' },
  ])('%j is refused', (body) => {
    expect(() => reachOfNew(body)).toThrow('This is no MCP server')
  })

  test('a change keeps what it does not name, as long as it fits', () => {
    expect(reachOfChanged(HTTP, { transport: 'sse' })).toEqual({ ...HTTP, transport: 'sse' })
    expect(reachOfChanged(PROGRAM, { args: ['other'] })).toEqual({ ...PROGRAM, args: ['other'] })
    expect(reachOfChanged(HTTP, { transport: 'stdio', command: 'npx' })).toEqual({ ...PROGRAM, args: [] })
    expect(() => reachOfChanged(PROGRAM, { transport: 'auto' })).toThrow('url')
  })
})

describe('secrets stay with those that they were given for', () => {
  const kept = {
    headers: { 'x-key': 'private' },
    environment: {},
    authorization: { grant: 'authorization_code' as const },
  }

  test('another path is the same place; another host, port, scheme or program is not', () => {
    expect(isElsewhere(HTTP, { ...HTTP, url: 'https://a.test/other' })).toBe(false)
    for (const url of ['https://b.test/mcp', 'https://a.test:8443/mcp', 'http://a.test/mcp'])
      expect(isElsewhere(HTTP, { ...HTTP, url })).toBe(true)
    expect(isElsewhere(HTTP, PROGRAM)).toBe(true)
    expect(isElsewhere(PROGRAM, { ...PROGRAM, args: [] })).toBe(false)
  })

  test('they are kept, replaced, or dropped when the server moves', () => {
    expect(secretsOfChanged(kept, { name: 'n' }, false)).toEqual(kept)
    expect(secretsOfChanged(kept, { name: 'n' }, true)).toEqual({ headers: {}, environment: {} })
    expect(secretsOfChanged(kept, { headers: { a: 'b' } }, true)).toEqual({ headers: { a: 'b' }, environment: {} })
    expect(secretsOfChanged(kept, { authorization: null }, false)).toEqual({ headers: kept.headers, environment: {} })
  })
})

test('names that no header or variable can have are refused', () => {
  expect(() => checkNames({ headers: { 'x-key': 'v' }, environment: { A_1: 'v' } })).not.toThrow()
  for (const name of ['', 'a b', 'a:', 'ä', 'x\r\ny'])
    expect(() => checkNames({ headers: { [name]: 'v' } })).toThrow('header')
  for (const name of ['', '1A', 'A=B', 'A B'])
    expect(() => checkNames({ environment: { [name]: 'v' } })).toThrow('variable')
})
