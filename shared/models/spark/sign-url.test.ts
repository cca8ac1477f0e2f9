import { expect, test } from 'bun:test'
import { createHmac } from 'node:crypto'
import { parseSparkCredentials, signSparkUrl } from './sign-url.ts'

test('host, date and request line are signed as the vendor documents it', () => {
  const now = new Date('2023-05-05T10:43:39Z')
  const signed = new URL(
    signSparkUrl('wss://spark-api.xf-yun.com/v1.1/chat', { key: 'addd2272', secret: 'MjlmNzkz' }, now),
  )
  const { authorization = '', date, host } = Object.fromEntries(signed.searchParams)
  expect({ date, host }).toEqual({ date: 'Fri, 05 May 2023 10:43:39 GMT', host: 'spark-api.xf-yun.com' })
  const signature = createHmac('sha256', 'MjlmNzkz')
    .update('host: spark-api.xf-yun.com\ndate: Fri, 05 May 2023 10:43:39 GMT\nGET /v1.1/chat HTTP/1.1')
    .digest('base64')
  expect(Buffer.from(authorization, 'base64').toString()).toBe(
    `api_key="addd2272", algorithm="hmac-sha256", headers="host date request-line", signature="${signature}"`,
  )
  expect(signed.href).not.toContain('MjlmNzkz')
})

test('credentials are three parts', () => {
  expect(parseSparkCredentials('app: key :secret')).toEqual({ appId: 'app', key: 'key', secret: 'secret' })
})

test.each(['', 'app', 'app:key', 'app:key:', ':key:secret', 'a:b:c:d'])('"%s" is no credentials', (text) => {
  expect(() => parseSparkCredentials(text)).toThrow('appId:key:secret')
})
