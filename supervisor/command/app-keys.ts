import { type Static, type TSchema, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'

/** The parts of the tenant service's answers that are shown. */
const Made = Type.Object({ apiKey: Type.String(), apiSecret: Type.String() })
const Rotated = Type.Composite([Made, Type.Object({ replaces: Type.String(), oldExpiresAt: Type.String() })])
const Listed = Type.Object({
  keys: Type.Array(
    Type.Object({
      apiKey: Type.String(),
      scopes: Type.Array(Type.String()),
      note: Type.String(),
      expiresAt: Type.Union([Type.String(), Type.Null()]),
      isExpired: Type.Boolean(),
      lastUsedAt: Type.Union([Type.String(), Type.Null()]),
    }),
  ),
})
export type ListedKey = Static<typeof Listed>['keys'][number]

/** What a key is made with; the API's own defaults where it is left out. */
export interface KeyTerms {
  scopes?: string[]
  expiresAt?: string
  note?: string
}

const ANSWER_MS_MAX = 15_000

/** The keys of one app, by the management API of a running Orrery. Every call throws an Error with the API's own words. */
export const appKeys = (options: { url: string; rootKey: string; appId: string; signal: AbortSignal }) => {
  const call = async <Schema extends TSchema>(route: string, schema: Schema, body?: object) => {
    const [method = '', path = ''] = route.split(' ')
    const response = await fetch(`${options.url}/api/apps/${encodeURIComponent(options.appId)}/keys${path}`, {
      method,
      headers: { authorization: `Bearer ${options.rootKey}`, 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
      signal: AbortSignal.any([options.signal, AbortSignal.timeout(ANSWER_MS_MAX)]),
    })
    const answer: unknown = response.status === 204 ? null : await response.json()
    if (response.ok && Value.Check(schema, answer)) return Value.Clean(schema, answer) as Static<Schema>
    const { detail = `The API answered ${response.status}.`, remedy = '' } = (answer ?? {}) as Record<string, string>
    throw new Error(`${detail} ${remedy}`.trim())
  }
  const pathOf = (apiKey: string) => `/${encodeURIComponent(apiKey)}`
  return {
    create: (terms: KeyTerms) => call('POST ', Made, terms),
    list: async () => (await call('GET ', Listed)).keys,
    revoke: async (apiKey: string): Promise<void> => {
      await call(`DELETE ${pathOf(apiKey)}`, Type.Null())
    },
    rotate: (apiKey: string, overlapSeconds: number | undefined) =>
      call(`POST ${pathOf(apiKey)}/rotate`, Rotated, overlapSeconds === undefined ? {} : { overlapSeconds }),
  }
}
