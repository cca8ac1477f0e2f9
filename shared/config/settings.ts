import { type Static, type TSchema, Type } from '@sinclair/typebox'

/**
 * Every scalar setting of Orrery, in one place: its name in the environment and in `config.env`, its limits, its default. In `orrery.toml`
 * the same setting is written in lower case, without the `ORRERY_` prefix (`port = 8080`, `service_ports = "off"`).
 * `.env.example` is generated from this file. The description doubles as the message when a value is refused, so it says what is needed.
 */
export const SETTINGS = Type.Object({
  HOST: text({ default: '127.0.0.1', description: 'needs an address to listen on; 0.0.0.0 means every interface' }),
  PORT: integer({ minimum: 1, maximum: 65_535, default: 8080, description: 'needs a TCP port from 1 to 65535' }),
  ORRERY_SERVICE_PORTS: choice(['on', 'off'], {
    default: 'on',
    description: 'needs on or off: also listen on the ports that clients of the original services know',
  }),
  ORRERY_DATA: text({ default: 'data', description: 'needs a directory for everything that must survive' }),
  ORRERY_ROOT_KEY: Type.Optional(
    text({
      minLength: 16,
      description: 'needs at least 16 characters; without it a key is made at first start',
      secret: true,
    }),
  ),
  ORRERY_INSTANCE_KEY: Type.Optional(
    text({
      pattern: '^[0-9a-fA-F]{64}$',
      description:
        'needs 64 hexadecimal digits; encrypts stored credentials; without it a key is made in the data directory',
      secret: true,
    }),
  ),
  ORRERY_PRESET: choice(['default', 'compact'], {
    default: 'default',
    description: 'needs default (four pools) or compact (one pool with every service)',
  }),
  DATABASE_URL: Type.Optional(
    text({
      pattern: '^postgres(ql)?://',
      description: 'needs a postgres:// URL; without it Orrery runs its own PostgreSQL in the data directory',
      secret: true,
    }),
  ),
  LOG_LEVEL: choice(['debug', 'info', 'warn', 'error'], {
    default: 'info',
    description: 'needs debug, info, warn or error',
  }),
  ORRERY_ALERT_WEBHOOK: Type.Optional(
    text({
      pattern: '^https?://',
      description: 'needs an http:// or https:// address that is told of alerts by POST; without it nobody is',
      secret: true,
    }),
  ),
  ORRERY_BODY_BYTES_MAX: integer({
    minimum: 1024,
    maximum: 10_737_418_240,
    default: 104_857_600,
    description: 'needs a number of bytes from 1024: the largest request body that is accepted',
  }),
  ORRERY_DRAIN_MS_MAX: integer({
    minimum: 0,
    maximum: 600_000,
    default: 10_000,
    description: 'needs milliseconds from 0 to 600000: how long a stopping worker may finish its requests',
  }),
  ORRERY_OUTBOUND_ALLOW: text({
    default: '',
    description: 'needs a comma list of hosts and CIDR ranges that flows and tools may reach although they are private',
  }),
  RAGFLOW_BASE_URL: Type.Optional(
    text({
      pattern: '^https?://[^\\s/?#@]+(/[^\\s?#]*)?$',
      description:
        'needs the http:// or https:// address of a RAGFlow that answers ragType Ragflow-RAG; without it the built-in store does',
    }),
  ),
  RAGFLOW_API_TOKEN: Type.Optional(text({ description: 'needs an API key of that RAGFlow', secret: true })),
  RAGFLOW_API_TOKEN_FILE: Type.Optional(
    text({ description: 'needs a file that holds that API key, instead of the key itself' }),
  ),
  RAGFLOW_TIMEOUT: integer({
    minimum: 1,
    maximum: 600,
    default: 30,
    description: 'needs seconds from 1 to 600: how long one call to RAGFlow may take',
  }),
  RAGFLOW_DEFAULT_GROUP: text({
    minLength: 1,
    default: 'Stellar Knowledge Base',
    description: 'needs the name of the RAGFlow dataset that files are put into; it is made when there is none',
  }),
  ORRERY_PYTHON_SANDBOX: choice(['auto', 'bubblewrap', 'pyodide', 'off'], {
    default: 'auto',
    description:
      'needs auto, bubblewrap, pyodide or off: what Python of code nodes is isolated by; auto takes bubblewrap where it works',
  }),
  ORRERY_CODE_MS_MAX: integer({
    minimum: 100,
    maximum: 3_600_000,
    default: 600_000,
    description: 'needs milliseconds from 100: the most time that a code node may be given',
  }),
  ORRERY_REHEARSAL_TOKEN_MS: integer({
    minimum: 0,
    maximum: 10_000,
    default: 5,
    description: 'needs milliseconds from 0 to 10000: pause between two words of the rehearsal model',
  }),
  ORRERY_RUN_KEEP_DAYS: integer({
    minimum: 0,
    maximum: 36_500,
    default: 30,
    description: 'needs days from 0: how long finished runs are kept with what happened in them; 0 is for ever',
  }),
  ORRERY_RUN_KEEP_DAYS_BY_KIND: text({
    default: '',
    pattern: '^([a-z-]+=[0-9]{1,5}(,[a-z-]+=[0-9]{1,5})*)?$',
    description: 'needs a comma list such as agent=7,ingestion=1: days for kinds of runs that are kept otherwise',
  }),
  ORRERY_RUN_FRAME_GAP_MS_MAX: integer({
    minimum: 1_000,
    maximum: 3_600_000,
    default: 120_000,
    description: 'needs milliseconds from 1000: silence after which a workflow stream ends with code 20804',
  }),
  ORRERY_ADMIN_EMAIL: Type.Optional(
    text({
      pattern: '^[^\\s@]+@[^\\s@]+$',
      description: 'needs an e-mail address: the first administrator, made at start when there is none yet',
    }),
  ),
  ORRERY_ADMIN_PASSWORD: Type.Optional(
    text({
      minLength: 12,
      description:
        'needs at least 12 characters: the password of that administrator; later ones are changed in the account',
      secret: true,
    }),
  ),
  ORRERY_ADMIN_PASSWORD_FILE: Type.Optional(
    text({ description: 'needs a file that holds the password of that administrator, instead of the password itself' }),
  ),
  ORRERY_SESSION_IDLE_HOURS: integer({
    minimum: 1,
    maximum: 8_760,
    default: 72,
    description: 'needs hours from 1: somebody who did nothing for so long is signed out',
  }),
  ORRERY_SESSION_HOURS_MAX: integer({
    minimum: 1,
    maximum: 8_760,
    default: 720,
    description: 'needs hours from 1: after so long everybody signs in again',
  }),
  ORRERY_COOKIE_SECURE: choice(['auto', 'on'], {
    default: 'auto',
    description: 'needs auto (session cookies are for HTTPS alone when the sign-in came by it) or on (always)',
  }),
  ORRERY_PROXY_HOPS: integer({
    minimum: 0,
    maximum: 10,
    default: 0,
    description:
      'needs a number from 0 to 10: how many trusted proxies stand before Orrery and name their client in X-Forwarded-For',
  }),
  ORRERY_AUDIT_KEEP_DAYS: integer({
    minimum: 0,
    maximum: 36_500,
    default: 365,
    description: 'needs days from 0: how long the audit log is kept; 0 is for ever',
  }),
  ORRERY_OIDC_ISSUER: Type.Optional(
    text({
      pattern: '^(https://|http://(localhost|127\\.0\\.0\\.1|\\[::1\\])(:|/|$))',
      description:
        'needs the https:// address of an OpenID provider (http:// on this machine alone); without it nobody signs in by one',
    }),
  ),
  ORRERY_OIDC_CLIENT_ID: text({
    default: '',
    description: 'needs the client id that the OpenID provider gave to Orrery',
  }),
  ORRERY_OIDC_CLIENT_SECRET: Type.Optional(
    text({ description: 'needs the client secret of the OpenID provider; none for a public client', secret: true }),
  ),
  ORRERY_OIDC_CLIENT_SECRET_FILE: Type.Optional(
    text({ description: 'needs a file that holds that client secret, instead of the secret itself' }),
  ),
  ORRERY_OIDC_NAME: text({
    default: 'single sign-on',
    description: 'needs the name of the OpenID provider as the sign-in page shows it',
  }),
  ORRERY_OIDC_DOMAINS: text({
    default: '',
    description:
      'needs a comma list of e-mail domains whose people may sign in by the OpenID provider; all when it is empty',
  }),
  ORRERY_OIDC_CREATE: choice(['invited', 'always'], {
    default: 'invited',
    description:
      'needs invited (only people with an account or an invitation come in) or always (an account is made at the first sign-in)',
  }),
})
export type Settings = Readonly<Static<typeof SETTINGS>>

/** The key of a setting in `orrery.toml`. */
export const tomlKey = (name: string): string => name.replace(/^ORRERY_/, '').toLowerCase()

/** True for settings whose value must never be printed or logged. */
export const isSecretSetting = (schema: TSchema): boolean => schema.secret === true

function text(options: {
  default?: string
  minLength?: number
  pattern?: string
  description: string
  secret?: boolean
}) {
  return Type.String(options)
}

function integer(options: { minimum: number; maximum: number; default: number; description: string }) {
  return Type.Integer(options)
}

function choice<const Choices extends readonly string[]>(
  choices: Choices,
  options: { default: Choices[number]; description: string },
) {
  return Type.Union(
    choices.map((value) => Type.Literal(value as Choices[number])),
    options,
  )
}
