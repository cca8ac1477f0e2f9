import { expect, test } from 'bun:test'
import { pinRequest } from './pin-request.ts'

test('goes to the checked address, with the name for the server and for its certificate', () => {
  const checked = { url: new URL('https://model.test:8443/v1?a=1'), address: '93.184.216.34' }
  const { url, init } = pinRequest(checked, { headers: { authorization: 'Bearer x', host: 'forged.test' } })
  expect(url).toBe('https://93.184.216.34:8443/v1?a=1')
  const headers = new Headers(init.headers)
  expect(headers.get('host')).toBe('model.test:8443')
  expect(headers.get('authorization')).toBe('Bearer x')
  expect(init.tls).toMatchObject({ serverName: 'model.test' })
  expect(init.redirect).toBe('manual')
})

test('writes an IPv6 address in brackets and without its zone', () => {
  const checked = { url: new URL('http://model.test/'), address: '2606:4700::1111%eth0' }
  const { url, init } = pinRequest(checked, {})
  expect(url).toBe('http://[2606:4700::1111]/')
  expect(init.tls).toBeUndefined()
})
