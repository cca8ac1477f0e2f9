import { expect, test } from 'bun:test'
import { silentLogger } from '#shared/logging/logger.ts'
import { createConsoleApp } from '../app.ts'
import { createAssetServer } from './serve-asset.ts'

const app = createConsoleApp({
  logger: silentLogger,
  serveAsset: createAssetServer(),
  apiDocument: () => Promise.reject(new Error('not asked for here')),
})
const get = (path: string, headers: Record<string, string> = {}) =>
  app.handle(new Request(`http://localhost${path}`, { headers }))

test('every file that the pages name is served with its type, and none of them names another host', async () => {
  for (const page of ['/', '/swagger', '/setup', '/sign-in', '/accept-invitation']) {
    const html = await (await get(page)).text()
    const named = [...html.matchAll(/(?:src|href)="([^"#]+)"/g)].map(([, path = '']) => path)
    expect(named.filter((path) => !path.startsWith('/') || path.startsWith('//'))).toEqual([])
    const own = named.filter((path) => /^\/(assets|swagger\/|favicon)/.test(path))
    expect(own.length).toBeGreaterThan(1)
    for (const path of own) {
      const response = await get(path)
      expect({ path, status: response.status }).toEqual({ path, status: 200 })
      expect(response.headers.get('content-type')).toMatch(/^(text\/(css|javascript)|image\/svg)/)
    }
  }
})

test('no script may run that is not a file of ours', async () => {
  for (const page of ['/', '/swagger', '/setup', '/sign-in', '/accept-invitation']) {
    const policy = (await get(page)).headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self';")
    expect(policy).toContain("connect-src 'self';")
  }
})

test('who has a file is told so, per encoding', async () => {
  const first = await get('/assets/console.css')
  const etag = first.headers.get('etag') ?? ''
  const again = await get('/assets/console.css', { 'if-none-match': `"other", W/${etag}` })
  expect(again.status).toBe(304)
  expect(await again.text()).toBe('')
  const packed = await get('/assets/console.css', { 'if-none-match': etag, 'accept-encoding': 'br, gzip' })
  expect(packed.status).toBe(200)
  expect(packed.headers.get('content-encoding')).toBe('gzip')
  const unpacked = Bun.gunzipSync(new Uint8Array(await packed.arrayBuffer()))
  expect(new TextDecoder().decode(unpacked)).toBe(await first.text())
})

test.each([
  '/assets/nothing.js',
  '/assets/../main.ts',
  '/assets/%2e%2e/main.ts',
  '/swagger/package.json',
  '/swagger/x/y',
])('%s is a problem with code and remedy', async (path) => {
  const response = await get(path)
  expect(response.status).toBe(404)
  expect(await response.json()).toMatchObject({ code: expect.stringMatching(/NOT_FOUND$/), remedy: expect.any(String) })
})
