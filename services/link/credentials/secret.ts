import { type Static, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'

const text = (description: string, example: string) =>
  Type.String({ minLength: 1, maxLength: 8_192, description, examples: [example] })

const pem = (description: string, what: string) =>
  Type.String({
    minLength: 1,
    maxLength: 65_536,
    description,
    examples: [`-----BEGIN ${what}-----\n…\n-----END ${what}-----`],
  })

/** What is sealed: the values of a credential, by its kind. */
export const Secret = Type.Union([
  Type.Object({ kind: Type.Literal('apiKey'), value: text('The key.', 'k-123') }),
  Type.Object({
    kind: Type.Literal('basic'),
    username: text('User name (RFC 7617).', 'ann'),
    password: text('Password.', 'secret'),
  }),
  Type.Object({ kind: Type.Literal('bearer'), token: text('Token (RFC 6750).', 'ey…') }),
  Type.Object({
    kind: Type.Literal('oauth2'),
    clientId: text('Client id.', 'orrery'),
    clientSecret: text('Client secret.', 'secret'),
    clientAuthentication: Type.Optional(
      Type.Union([Type.Literal('basic'), Type.Literal('body')], {
        description: 'How the client says who it is (RFC 6749, section 2.3.1); basic when left out.',
      }),
    ),
    tokenUrl: Type.Optional(
      text('Where tokens are given, when the document does not tell.', 'https://id.example/token'),
    ),
    scopes: Type.Optional(Type.Array(Type.String({ maxLength: 256 }), { maxItems: 64 })),
  }),
  Type.Object({
    kind: Type.Literal('signature'),
    appId: text('App id at the vendor.', 'app'),
    apiKey: text('Key at the vendor.', 'key'),
    apiSecret: text('Secret at the vendor; only HMAC needs it.', 'secret'),
  }),
  Type.Object({
    kind: Type.Literal('client-certificate'),
    certificate: pem('The certificate, and what it is signed by behind it.', 'CERTIFICATE'),
    key: pem('Its key, without a passphrase.', 'PRIVATE KEY'),
    ca: Type.Optional(pem('Who may sign the server’s certificate, in place of the usual authorities.', 'CERTIFICATE')),
  }),
])
export type Secret = Static<typeof Secret>

/** @throws when the sealed text holds something else, or was sealed with another key */
export const readSecret = (sealed: string, decrypt: (sealed: string) => string): Secret =>
  Value.Decode(Secret, JSON.parse(decrypt(sealed)))
