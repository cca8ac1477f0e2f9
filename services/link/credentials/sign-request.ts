import { createHash, createHmac } from 'node:crypto'
import { type Static, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { CallInvalidError } from '../errors.ts'
import { isJson, type Json } from '../openapi/json-values.ts'
import type { ToolParameter } from '../openapi/operation.ts'
import { findOperations } from '../openapi/read-operations.ts'
import { readParameters } from '../openapi/read-parameter.ts'
import type { ToolRequest } from '../requests/call-values.ts'
import { withQuery } from './apply-secret.ts'
import type { Secret } from './secret.ts'

/** The vendor's two ways of signing, by the names under which their secrets are bound. */
export type SigningMode = 'MD5' | 'HMAC'
export const SIGNING_MODES: readonly SigningMode[] = ['MD5', 'HMAC']

type Signature = Extract<Secret, { kind: 'signature' }>

const HmacOptions = Type.Object({
  is_digest: Type.Optional(Type.Unknown()),
  authorization_input_part: Type.Optional(Type.String({ maxLength: 256 })),
  is_url_join: Type.Optional(Type.Unknown()),
})
const HMAC_PREFIX = /^HMAC:\s*/

/** HMAC when the Authorization header says so; MD5 when a GET operation of the document has it as that header's default. */
export const signingModeOf = (document: Json, request: ToolRequest): SigningMode | undefined => {
  if (HMAC_PREFIX.test(request.headers.get('authorization') ?? '')) return 'HMAC'
  const asksForMd5 = findOperations(document)
    .filter(({ method }) => method === 'get')
    .some(({ item, operation }) => readLeniently(document, item, operation).some(isMd5))
  return asksForMd5 ? 'MD5' : undefined
}

const readLeniently = (document: Json, item: Json, operation: Json): ToolParameter[] => {
  try {
    return readParameters(document, item.parameters, operation.parameters)
  } catch {
    return []
  }
}

const isMd5 = ({ place, name, schema }: ToolParameter): boolean =>
  place === 'header' && name.toLowerCase() === 'authorization' && schema.default === 'MD5'

/** Adds `appId`, `token` and `timestamp` to the query: the token is the MD5 of app id, key and the time in milliseconds. */
export const signByMd5 = (request: ToolRequest, { appId, apiKey }: Signature, nowMs: number): void => {
  const timestamp = String(nowMs)
  const token = createHash('md5').update(`${appId}${apiKey}${timestamp}`).digest('hex')
  if (request.headers.get('authorization') === 'MD5') request.headers.delete('authorization')
  withQuery(request.url, [
    ['appId', appId],
    ['token', token],
    ['timestamp', timestamp],
  ])
}

/**
 * Signs host, date, request line and, if asked for, the digest of the body as it is sent, by HMAC-SHA256. The Authorization header's own JSON says
 * whether with a digest (`is_digest`), in the query instead of headers (`is_url_join`), and what the key is called (`authorization_input_part`).
 * Query and headers of the caller stay.
 * @returns lower-case names of the headers that hold the signature
 * @throws CallInvalidError when that JSON is none
 */
export const signByHmac = (request: ToolRequest, { appId, apiKey, apiSecret }: Signature, nowMs: number): string[] => {
  const { url, headers, method } = request
  const options = readOptions(headers.get('authorization') ?? '')
  const date = new Date(nowMs).toUTCString()
  const isDigested = isTrue(options.is_digest)
  const digest = `SHA-256=${createHash('sha256')
    .update(request.body ?? '')
    .digest('base64')}`
  const lines = [
    `host: ${url.host}`,
    `date: ${date}`,
    `${method} ${url.pathname} HTTP/1.1`,
    ...(isDigested ? [`digest: ${digest}`] : []),
  ]
  const signature = createHmac('sha256', apiSecret).update(lines.join('\n')).digest('base64')
  const signed = `host date request-line${isDigested ? ' digest' : ''}`
  const keyName = options.authorization_input_part || 'api_key'
  const authorization = `${keyName}="${apiKey}", algorithm="hmac-sha256", headers="${signed}", signature="${signature}"`
  headers.delete('authorization')
  headers.set('app_id', appId)
  if (isDigested) headers.set('digest', digest)
  if (isTrue(options.is_url_join)) {
    const packed = Buffer.from(authorization).toString('base64')
    withQuery(url, [
      ['host', url.host],
      ['date', date],
      ['authorization', packed],
    ])
    return ['app_id', 'digest']
  }
  headers.set('date', date)
  headers.set('authorization', authorization)
  return ['authorization', 'app_id', 'digest', 'date']
}

const isTrue = (value: unknown): boolean => value === true || value === 'true' || value === 1

const readOptions = (header: string): Static<typeof HmacOptions> => {
  const text = header.replace(HMAC_PREFIX, '')
  try {
    const options: unknown = text === '' ? {} : JSON.parse(text)
    if (isJson(options) && Value.Check(HmacOptions, options)) return options
  } catch {
    // told below
  }
  throw new CallInvalidError('What follows HMAC: in the Authorization header is no JSON object with known fields.')
}
