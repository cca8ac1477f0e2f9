/** Files through the gateway: sent with credentials, read by whoever has the address, and given to a flow. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { startOrrery } from '#shared/testing/start-orrery.ts'
import { asStarter, type Orrery } from './flow-stream.ts'

const MEGABYTE = 1024 * 1024

let orrery: Orrery
beforeAll(async () => {
  orrery = await startOrrery()
}, 120_000)
afterAll(() => orrery?.stop())

const upload = async (content: Uint8Array<ArrayBuffer>, name: string, headers: Record<string, string>) => {
  const form = new FormData()
  form.set('file', new File([content], name))
  return fetch(`${orrery.url}/workflow/v1/upload_file`, { method: 'POST', headers, body: form })
}
/** Without the content type of JSON: a form names its own boundary. */
const credentials = () => {
  const headers = new Headers(asStarter(orrery))
  headers.delete('content-type')
  return Object.fromEntries(headers)
}

test('a file goes in with credentials only, and comes out by its address without any', async () => {
  const content = new Uint8Array(10 * MEGABYTE).map((_, at) => at % 251)
  expect((await upload(content, 'big.pdf', {})).status).toBe(401)
  const { code, data } = (await (await upload(content, 'big.pdf', credentials())).json()) as {
    code: number
    data: { url: string }
  }
  expect(code).toBe(0)
  expect(data.url).toStartWith(`${orrery.url}/workflow/v1/files/`)
  const read = await fetch(data.url)
  expect(read.headers.get('x-content-type-options')).toBe('nosniff')
  expect(read.headers.get('content-disposition')).toStartWith('attachment')
  expect(Bun.deepEquals(await read.bytes(), content)).toBe(true)
  const head = await fetch(data.url, { method: 'HEAD' })
  expect(head.headers.get('content-length')).toBe(String(content.length))
  expect((await fetch(data.url.replace(/[0-9a-f]{32}/, '0'.repeat(32)))).status).toBe(404)
})
