import { createHmac } from 'node:crypto'
import { ModelError } from '../model-error.ts'

/** What the vendor's console gives for an application. */
export interface SparkCredentials {
  appId: string
  key: string
  secret: string
}

/** Reads `appId:key:secret`. Throws MODEL_KEY_UNREADABLE for anything else, without repeating it. */
export const parseSparkCredentials = (apiKey: string): SparkCredentials => {
  const [appId = '', key = '', secret = '', ...rest] = apiKey.split(':').map((part) => part.trim())
  if (appId === '' || key === '' || secret === '' || rest.length > 0) {
    throw new ModelError('MODEL_KEY_UNREADABLE', 'The API key of a Spark model is written as appId:key:secret.')
  }
  return { appId, key, secret }
}

/**
 * The URL with the vendor's signature in its query: HMAC-SHA256 over host, date and request line
 * (https://www.xfyun.cn/doc/spark/general_url_authentication.html). The server refuses a date that is five minutes off. Pure.
 */
export const signSparkUrl = (url: string, credentials: Pick<SparkCredentials, 'key' | 'secret'>, now: Date): string => {
  const signed = new URL(url)
  const date = now.toUTCString()
  const origin = `host: ${signed.host}\ndate: ${date}\nGET ${signed.pathname} HTTP/1.1`
  const signature = createHmac('sha256', credentials.secret).update(origin).digest('base64')
  const authorization = `api_key="${credentials.key}", algorithm="hmac-sha256", headers="host date request-line", signature="${signature}"`
  signed.searchParams.set('authorization', Buffer.from(authorization).toString('base64'))
  signed.searchParams.set('date', date)
  signed.searchParams.set('host', signed.host)
  return signed.href
}
