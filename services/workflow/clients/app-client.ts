import { type Static, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { askPatiently } from '#shared/http/ask-patiently.ts'
import { APP_HEADER, CALLER_HEADER } from '#shared/http/caller.ts'
import { createShortCache } from '#shared/http/short-cache.ts'
import { AppLookUpError } from '../errors.ts'
import type { AppDirectory, RegisteredApp } from '../flows/app-directory.ts'

/** As long as an app may be counted as there after it was deleted or disabled: for its schedules and webhooks, since its credentials are refused at once. */
const KEPT_MS_MAX = 1_000
const ENTRIES_MAX = 1_000
/** All attempts together. */
const LOOK_UP_MS_MAX = 8_000
/** What the register accepts as an id. Anything else names no app, and does not become part of a request. */
const APP_ID = /^[A-Za-z0-9_-]{1,64}$/

/** The wire's envelope of `app/list`; `data` is left out when nothing was found. */
const Answer = Type.Object({
  code: Type.Integer(),
  message: Type.Optional(Type.String()),
  data: Type.Optional(Type.Array(Type.Object({ appid: Type.String(), is_disable: Type.Boolean() }))),
})
type Answer = Static<typeof Answer>

/** What the gateway says when it has no worker to ask. */
const Problem = Type.Object({ detail: Type.String() })

/**
 * Asks the tenant service for apps, through the gateway's internal socket. Each app is asked for in its own name: no right of root is needed.
 * Only enabled apps are remembered, so that one which was just made, or enabled, counts at once.
 * @param gatewayPath unix socket that trusts the caller headers
 */
export const createAppClient = (gatewayPath: string): AppDirectory => {
  const known = createShortCache<RegisteredApp>({ keptMsMax: KEPT_MS_MAX, entriesMax: ENTRIES_MAX })
  return {
    async find(appId) {
      if (!APP_ID.test(appId)) return undefined
      const kept = known.get(appId)
      if (kept) return kept
      const app = await lookUp(gatewayPath, appId)
      if (app && !app.isDisabled) known.set(appId, app)
      return app
    },
  }
}

const lookUp = async (gatewayPath: string, appId: string): Promise<RegisteredApp | undefined> => {
  const signal = AbortSignal.timeout(LOOK_UP_MS_MAX)
  const answer = await askPatiently(() => ask(gatewayPath, appId, signal), signal).catch((error: unknown) => {
    if (error instanceof AppLookUpError) throw error
    throw new AppLookUpError(error instanceof Error ? error.message : String(error), error)
  })
  const found = answer.data?.find(({ appid }) => appid === appId)
  return found && { appId, isDisabled: found.is_disable }
}

/** One attempt. The register refuses no question of ours: every failure means that it could not answer now. */
const ask = async (gatewayPath: string, appId: string, signal: AbortSignal): Promise<Answer> => {
  const response = await fetch(`http://gateway/v2/app/list?app_ids=${appId}`, {
    unix: gatewayPath,
    headers: { [CALLER_HEADER]: 'app', [APP_HEADER]: appId },
    signal,
  })
  const body: unknown = await response.json().catch(() => undefined)
  if (!Value.Check(Answer, body)) {
    throw new AppLookUpError(`${response.status} ${Value.Check(Problem, body) ? body.detail : 'with an unknown body'}`)
  }
  if (body.code !== 0) throw new AppLookUpError(`${body.code} ${body.message ?? ''}`)
  return body
}
