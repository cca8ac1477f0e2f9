import { type Static, Type } from '@sinclair/typebox'

const TIMEOUT_SECONDS_DEFAULT = 30
const TIMEOUT_SECONDS_MAX = 280
const MEBIBYTE = 1024 * 1024
const RESPONSE_BYTES_DEFAULT = MEBIBYTE
/** A response is kept in the run's journal. */
const RESPONSE_BYTES_MAX = 10 * MEBIBYTE
const FIELDS_MAX = 200

const fields = Type.Array(Type.Object({ name: Type.String({ minLength: 1 }), value: Type.String({ default: '' }) }), {
  default: [],
  maxItems: FIELDS_MAX,
})

const bodySchema = Type.Union(
  [
    Type.Object({ type: Type.Literal('none') }),
    Type.Object({ type: Type.Literal('json'), content: Type.String() }),
    Type.Object({
      type: Type.Literal('text'),
      content: Type.String(),
      contentType: Type.Optional(Type.String({ minLength: 1 })),
    }),
    Type.Object({ type: Type.Literal('form'), fields }),
    Type.Object({ type: Type.Literal('multipart'), fields }),
  ],
  { default: { type: 'none' } },
)

const authSchema = Type.Union(
  [
    Type.Object({ type: Type.Literal('none') }),
    Type.Object({ type: Type.Literal('bearer'), token: Type.String({ minLength: 1 }) }),
    Type.Object({ type: Type.Literal('basic'), user: Type.String(), password: Type.String() }),
    Type.Object({ type: Type.Literal('header'), name: Type.String({ minLength: 1 }), value: Type.String() }),
  ],
  { default: { type: 'none' } },
)

/** The parameters of an HTTP request node. Texts of `url`, values, contents and credentials are templates over the node's inputs. */
export const httpRequestParameters = Type.Object({
  method: Type.Union(
    (['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'] as const).map((name) => Type.Literal(name)),
    { default: 'GET' },
  ),
  url: Type.String({ minLength: 1 }),
  headers: fields,
  query: fields,
  body: bodySchema,
  auth: authSchema,
  /** Limit of the whole exchange. */
  timeoutSeconds: Type.Number({ default: TIMEOUT_SECONDS_DEFAULT, exclusiveMinimum: 0, maximum: TIMEOUT_SECONDS_MAX }),
  followRedirects: Type.Boolean({ default: true }),
  /** Limit of the body after decompression. */
  responseBytesMax: Type.Integer({ default: RESPONSE_BYTES_DEFAULT, minimum: 1, maximum: RESPONSE_BYTES_MAX }),
  /** Whether a status outside of 200-299 fails the node. */
  failOnStatus: Type.Boolean({ default: false }),
  /** Name of the header that carries the call's idempotency key; '' for none. Safe methods never carry it. */
  idempotencyHeader: Type.String({ default: 'Idempotency-Key' }),
})

export type HttpRequestParameters = Static<typeof httpRequestParameters>

/** Methods that change nothing (RFC 9110, section 9.2.1). */
export const isSafe = (method: HttpRequestParameters['method']): boolean =>
  method === 'GET' || method === 'HEAD' || method === 'OPTIONS'
