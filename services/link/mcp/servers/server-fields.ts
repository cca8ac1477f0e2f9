import type { McpServerRow } from '../../tables.ts'
import { McpServerInvalidError } from '../errors.ts'
import type { ChangeServer, CreateServer } from './server-schemas.ts'
import { NO_SECRETS, type ServerSecrets } from './server-secrets.ts'

/** How a server is reached: what of it is stored openly. */
export type Reach = Pick<McpServerRow, 'transport' | 'url' | 'command' | 'args'>

/** Throws McpServerInvalidError when the fields do not name exactly one way. Pure. */
export const reachOfNew = (body: CreateServer): Reach => {
  const transport = body.transport ?? (body.command === undefined ? 'auto' : 'stdio')
  return checked({ transport, url: body.url ?? '', command: body.command ?? '', args: body.args ?? [] })
}

/** Pure. */
export const reachOfChanged = (row: Reach, body: ChangeServer): Reach => {
  const transport = body.transport ?? row.transport
  const isProgram = transport === 'stdio'
  return checked({
    transport,
    url: body.url ?? (isProgram ? '' : row.url),
    command: body.command ?? (isProgram ? row.command : ''),
    args: body.args ?? (isProgram ? row.args : []),
  })
}

const checked = (reach: Reach): Reach => {
  if (reach.transport === 'stdio') {
    if (reach.url !== '') throw new McpServerInvalidError('a program has no url')
    if (reach.command === '') throw new McpServerInvalidError('the transport stdio needs a command')
    return reach
  }
  if (reach.command !== '' || reach.args.length > 0)
    throw new McpServerInvalidError(`the transport ${reach.transport} starts no command`)
  const url = URL.parse(reach.url)
  if (!url || !['http:', 'https:'].includes(url.protocol))
    throw new McpServerInvalidError('its url is no absolute http:// or https:// URL')
  if (url.username || url.password)
    throw new McpServerInvalidError('its url carries credentials, which belong into headers')
  return reach
}

const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/
const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/
const PAIRS_MAX = 64

/** Throws McpServerInvalidError when a header or variable has a name that cannot be one. Pure. */
export const checkNames = ({ headers = {}, environment = {} }: Partial<ServerSecrets>): void => {
  for (const [what, pairs, rule] of [
    ['header', headers, HEADER_NAME],
    ['variable', environment, VARIABLE_NAME],
  ] as const) {
    const names = Object.keys(pairs)
    if (names.length > PAIRS_MAX) throw new McpServerInvalidError(`it has more than ${PAIRS_MAX} of one kind: ${what}`)
    const wrong = names.find((name) => !rule.test(name))
    if (wrong !== undefined) throw new McpServerInvalidError(`"${wrong}" is no name of a ${what}`)
  }
}

/** True when requests would go to somebody else than before. Pure. */
export const isElsewhere = (before: Reach, after: Reach): boolean => {
  if (before.transport === 'stdio' || after.transport === 'stdio') return before.command !== after.command
  return URL.parse(before.url)?.origin !== URL.parse(after.url)?.origin
}

/**
 * The secrets after a change. Those that are not given again are kept only as long as they go to the same place: whoever may change a server need not know them.
 * Pure.
 */
export const secretsOfChanged = (kept: ServerSecrets, body: ChangeServer, movesAway: boolean): ServerSecrets => {
  const before = movesAway ? NO_SECRETS : kept
  const authorization = body.authorization === undefined ? before.authorization : (body.authorization ?? undefined)
  return {
    headers: body.headers ?? before.headers,
    environment: body.environment ?? before.environment,
    ...(authorization && { authorization }),
  }
}
