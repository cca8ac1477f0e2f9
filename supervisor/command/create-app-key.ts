import { type Static, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'

/** The part of the tenant service's answer that is shown. */
const Made = Type.Object({ apiKey: Type.String(), apiSecret: Type.String() })

const ANSWER_MS_MAX = 15_000

/** Makes credentials for an app through the management API of a running Orrery. Throws an Error with the API's own words. */
export const createAppKey = async (options: {
  url: string
  rootKey: string
  appId: string
  signal: AbortSignal
}): Promise<Static<typeof Made>> => {
  const response = await fetch(`${options.url}/api/apps/${encodeURIComponent(options.appId)}/keys`, {
    method: 'POST',
    headers: { authorization: `Bearer ${options.rootKey}`, 'content-type': 'application/json' },
    body: '{}',
    signal: AbortSignal.any([options.signal, AbortSignal.timeout(ANSWER_MS_MAX)]),
  })
  const body: unknown = await response.json()
  if (response.ok && Value.Check(Made, body)) return { apiKey: body.apiKey, apiSecret: body.apiSecret }
  const { detail = `The API answered ${response.status}.`, remedy = '' } = body as { detail?: string; remedy?: string }
  throw new Error(`${detail} ${remedy}`.trim())
}
