import { createAdminClient } from '../admin/admin-client.ts'
import { EXIT_CODES, UsageError } from '../errors.ts'
import { appKeys, type KeyTerms, type ListedKey } from './app-keys.ts'
import type { Command, CommandContext } from './command.ts'
import { findRootKey } from './find-root-key.ts'
import { readDuration, readMoment } from './read-duration.ts'
import { renderTable } from './text-table.ts'

export const key: Command = {
  name: 'key',
  parameters: 'show | create <app id> | list <app id> | revoke <app id> <key> | rotate <app id> <key>',
  summary: 'show the root key, or make, list, revoke and rotate the credentials of an app',
  details: [
    'A scope is a preset (full, run-only, read-only, knowledge-only) or an action such as runs:read; --scope takes several with commas.',
    'A rotated key works on for its overlap beside the new one: a day unless --overlap says another time.',
  ],
  flags: {
    json: { kind: 'switch', summary: 'print JSON' },
    scope: { kind: 'value', summary: 'create: what the key may do; full when left out' },
    expires: { kind: 'value', summary: 'create: when the key ends, 30d or 2027-01-01; never when left out' },
    note: { kind: 'value', summary: 'create: what the key is for' },
    overlap: { kind: 'value', summary: 'rotate: how long the old key works on, 12h' },
  },
  words: { min: 1, max: 3 },
  async run(context) {
    const [verb = '', appId, apiKey] = context.words
    if (verb === 'show' && appId === undefined) return show(context)
    const isOfKey = verb === 'revoke' || verb === 'rotate'
    const run = Object.hasOwn(verbs, verb) ? verbs[verb as keyof typeof verbs] : undefined
    if (!run || appId === undefined || isOfKey !== (apiKey !== undefined)) {
      throw new UsageError(`key takes ${key.parameters}.`, { remedy: 'See orrery help key.' })
    }
    return run(context, { appId, apiKey: apiKey ?? '' })
  },
}

type Verb = (context: CommandContext, of: { appId: string; apiKey: string }) => Promise<number>

const show = (context: CommandContext): number => {
  const root = findRootKey(context)
  print(context, root, `${root.rootKey}\n(from ${root.source})\n`)
  return EXIT_CODES.stopped
}

const create: Verb = async (context, { appId }) => {
  const terms = readTerms(context)
  const made = await (await keysOf(context, appId)).create(terms)
  print(context, { appId, ...made }, describeNew(made))
  return EXIT_CODES.stopped
}

const list: Verb = async (context, { appId }) => {
  const keys = await (await keysOf(context, appId)).list()
  print(context, { appId, keys }, keys.length === 0 ? `App ${appId} has no keys.\n` : renderKeys(keys))
  return EXIT_CODES.stopped
}

const revoke: Verb = async (context, { appId, apiKey }) => {
  await (await keysOf(context, appId)).revoke(apiKey)
  print(
    context,
    { appId, apiKey, revoked: true },
    `${apiKey} is refused from now on, and its open streams are closed.\n`,
  )
  return EXIT_CODES.stopped
}

const rotate: Verb = async (context, { appId, apiKey }) => {
  const overlap = context.values.get('overlap')
  const seconds = overlap === undefined ? undefined : readDuration(overlap)
  if (overlap !== undefined && seconds === undefined) throw notUnderstood('--overlap', overlap, '12h')
  const made = await (await keysOf(context, appId)).rotate(apiKey, seconds)
  print(context, { appId, ...made }, `${describeNew(made)}${apiKey} works until ${made.oldExpiresAt}.\n`)
  return EXIT_CODES.stopped
}

const verbs = { create, list, revoke, rotate }

const print = (context: CommandContext, document: object, text: string): void =>
  context.print(context.switches.has('json') ? `${JSON.stringify(document)}\n` : text)

const describeNew = ({ apiKey, apiSecret }: { apiKey: string; apiSecret: string }): string =>
  `Authorization: Bearer ${apiKey}:${apiSecret}\nThe secret is shown this once; Orrery keeps a hash of it.\n`

const renderKeys = (keys: readonly ListedKey[]): string =>
  renderTable(
    ['KEY', 'SCOPES', 'ENDS', 'LAST USED', 'NOTE'],
    keys.map(({ apiKey, scopes, expiresAt, isExpired, lastUsedAt, note }) => [
      apiKey,
      scopes.join(','),
      isExpired ? 'ended' : (expiresAt ?? 'never'),
      lastUsedAt ?? 'never',
      note,
    ]),
  )

/** @throws UsageError */
const readTerms = ({ values }: CommandContext): KeyTerms => {
  const [scope, expires, note] = [values.get('scope'), values.get('expires'), values.get('note')]
  const expiresAt = expires === undefined ? undefined : readMoment(expires, Date.now())
  if (expires !== undefined && expiresAt === undefined) throw notUnderstood('--expires', expires, '30d or 2027-01-01')
  return {
    ...(scope === undefined ? {} : { scopes: scope.split(',').filter((name) => name !== '') }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(note === undefined ? {} : { note }),
  }
}

const notUnderstood = (flag: string, given: string, example: string) =>
  new UsageError(`${flag} ${given} is not understood.`, { remedy: `Write it like ${example}.` })

const keysOf = async (context: CommandContext, appId: string) => {
  const { rootKey, dataDirectory } = findRootKey(context)
  const { url } = await createAdminClient(dataDirectory).status()
  return appKeys({ url, rootKey, appId, signal: context.signal })
}
