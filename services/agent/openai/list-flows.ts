import { type Static, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import type { GatewayClient } from '../clients/gateway-client.ts'
import { SourceError } from '../errors.ts'

const Page = Type.Object({
  flows: Type.Array(Type.Object({ id: Type.String(), published: Type.Boolean(), createdAt: Type.String() })),
  nextBeforeId: Type.Union([Type.String(), Type.Null()]),
})

/** Of one page, and of all. */
const PAGE_MAX = 200
const FLOWS_MAX = 1_000
/** For one page, in milliseconds. */
const PAGE_MS_MAX = 5_000

export interface ListedFlow {
  id: string
  createdAt: Date
}

/** Published flows of an app, newest first, at most 1,000. Throws SourceError. */
export const listFlows = async (gateway: GatewayClient, appId: string, signal: AbortSignal): Promise<ListedFlow[]> => {
  const found: ListedFlow[] = []
  let before = ''
  for (let seen = 0; seen < FLOWS_MAX; seen += PAGE_MAX) {
    const page = await gateway.ask({
      method: 'GET',
      path: `/api/flows?limit=${PAGE_MAX}${before}`,
      appId,
      msMax: PAGE_MS_MAX,
      signal,
    })
    if (!Value.Check(Page, page)) throw new SourceError('unreadable', 'The list of flows has another shape.')
    const { flows, nextBeforeId }: Static<typeof Page> = page
    for (const { id, published, createdAt } of flows) if (published) found.push({ id, createdAt: new Date(createdAt) })
    if (nextBeforeId === null) break
    before = `&beforeId=${nextBeforeId}`
  }
  return found
}
