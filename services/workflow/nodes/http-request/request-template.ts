import { toIdempotencyHeader } from '#shared/http/idempotency-header.ts'
import { checkHeaderName } from '../../templates/header-name.ts'
import { renderTemplate } from '../../templates/render-template.ts'
import { parseTemplate } from '../../templates/template.ts'
import { parseUrlTemplate, renderUrl } from '../../templates/url-template.ts'
import { parseJsonTemplate, renderJsonTemplate } from './json-template.ts'
import { type HttpRequestParameters, isSafe } from './request-parameters.ts'

type Values = Readonly<Record<string, unknown>>
type Render = (values: Values) => string
type Fields = readonly { readonly name: string; readonly value: Render }[]

/** Makes the requests of one node. */
export interface RequestTemplate {
  /** Throws SyntaxError, TypeError (a header's value) or TemplateIndexError when the values do not make a request. */
  render(values: Values, idempotencyKey: string): { url: URL; init: RequestInit }
}

/** Reads all templates of a node once. Throws SyntaxError naming the field that is wrong. */
export const createRequestTemplate = (
  parameters: HttpRequestParameters,
  inputNames: ReadonlySet<string>,
): RequestTemplate => {
  const text = (template: string): Render => {
    const parts = parseTemplate(template, inputNames)
    return (values) => renderTemplate(parts, values, 'json')
  }
  const fields = (list: HttpRequestParameters['query']): Fields =>
    list.map(({ name, value }) => ({ name, value: text(value) }))

  const { method, body, auth, idempotencyHeader } = parameters
  const url = at('/url', () => parseUrlTemplate(parameters.url, inputNames))
  const query = fields(parameters.query)
  const headers = fields(parameters.headers)
  for (const { name } of headers) {
    at('/headers', () => {
      checkHeaderName(name)
      refuseBoundary(name, body.type)
    })
  }
  const keyHeader = isSafe(method) ? '' : idempotencyHeader
  if (keyHeader !== '') at('/idempotencyHeader', () => checkHeaderName(keyHeader))
  const authorize = createAuthorization(auth, text)
  if (isSafe(method) && body.type !== 'none') {
    throw new SyntaxError(`/body: a ${method} request has no body`)
  }
  const makeBody = createBody(body, { text, fields, inputNames })

  return {
    render(values, idempotencyKey) {
      const address = renderUrl(url, values)
      for (const { name, value } of query) address.searchParams.append(name, value(values))
      const made = makeBody(values)
      const sent = new Headers(made.contentType === undefined ? {} : { 'content-type': made.contentType })
      if (keyHeader !== '') sent.set(keyHeader, toIdempotencyHeader(idempotencyKey))
      const authorization = authorize(values)
      if (authorization) sent.set(authorization.name, authorization.value)
      for (const { name, value } of headers) sent.set(name, value(values))
      return { url: address, init: { method, headers: sent, ...(made.body !== undefined && { body: made.body }) } }
    },
  }
}

const at = <Result>(field: string, read: () => Result): Result => {
  try {
    return read()
  } catch (error) {
    throw new SyntaxError(`${field}: ${error instanceof Error ? error.message : error}`)
  }
}

const refuseBoundary = (name: string, bodyType: HttpRequestParameters['body']['type']): void => {
  if (name.toLowerCase() === 'content-type' && bodyType === 'multipart') {
    throw new SyntaxError('Content-Type of a multipart body carries its boundary and cannot be set')
  }
}

const createAuthorization = (auth: HttpRequestParameters['auth'], text: (template: string) => Render) => {
  if (auth.type === 'none') return () => undefined
  if (auth.type === 'bearer') {
    const token = text(auth.token)
    return (values: Values) => ({ name: 'authorization', value: `Bearer ${token(values)}` })
  }
  if (auth.type === 'basic') {
    const pair = text(`${auth.user}:${auth.password}`)
    return (values: Values) => ({
      name: 'authorization',
      value: `Basic ${Buffer.from(pair(values)).toString('base64')}`,
    })
  }
  at('/auth/name', () => checkHeaderName(auth.name))
  const value = text(auth.value)
  return (values: Values) => ({ name: auth.name, value: value(values) })
}

type MadeBody = { body?: string | URLSearchParams | FormData; contentType?: string }

const createBody = (
  body: HttpRequestParameters['body'],
  read: {
    text: (template: string) => Render
    fields: (list: HttpRequestParameters['query']) => Fields
    inputNames: ReadonlySet<string>
  },
): ((values: Values) => MadeBody) => {
  if (body.type === 'none') return () => ({})
  if (body.type === 'json') {
    const parts = at('/body/content', () => parseJsonTemplate(body.content, read.inputNames))
    return (values) => ({ body: renderJsonTemplate(parts, values), contentType: 'application/json' })
  }
  if (body.type === 'text') {
    const content = read.text(body.content)
    return (values) => ({ body: content(values), contentType: body.contentType ?? 'text/plain; charset=utf-8' })
  }
  const fields = read.fields(body.fields)
  const isForm = body.type === 'form'
  return (values) => {
    // Their content types follow from the body, the multipart one with its boundary.
    const made = isForm ? new URLSearchParams() : new FormData()
    for (const { name, value } of fields) made.append(name, value(values))
    return { body: made }
  }
}
