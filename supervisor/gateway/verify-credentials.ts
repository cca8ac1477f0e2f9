import { type Static, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { CALLER_HEADER } from '#shared/http/caller.ts'
import { SERVICE_HEADER } from '#shared/lifecycle/hosted-service.ts'
import { isAction, KEY_ACTIONS } from '#shared/permissions/actions.ts'
import { CredentialsUncheckedError } from './errors.ts'
import { type ForwardDependencies, forwardRequest, type Leaving } from './forward-request.ts'
import type { KeyFacts } from './known-key.ts'
import { ownBody } from './request-body.ts'
import { readWhole } from './wire/upstream-response.ts'

/** The tenant service's answer. */
const Answer = Type.Union([
  Type.Object({
    valid: Type.Literal(true),
    appId: Type.String({ minLength: 1 }),
    /** Absent from a worker of a release that knew no scopes, during an upgrade: its keys could do everything that keys can. */
    actions: Type.Optional(Type.Array(Type.String())),
    /** Unix milliseconds; null for a key without an end. */
    expiresAtMs: Type.Optional(Type.Union([Type.Number(), Type.Null()])),
  }),
  Type.Object({ valid: Type.Literal(false) }),
])

const VERIFY_MS_MAX = 15_000

/** Asks the tenant service whose credentials these are, and what they allow. Throws CredentialsUncheckedError when it cannot tell. */
export const createCredentialVerifier =
  (dependencies: ForwardDependencies) =>
  async (apiKey: string, apiSecret: string): Promise<KeyFacts | undefined> => {
    const answer = await ask(dependencies, JSON.stringify({ apiKey, apiSecret })).catch((error: unknown) => {
      throw new CredentialsUncheckedError(error)
    })
    if (!answer.valid) return undefined
    const { appId, actions, expiresAtMs } = answer
    return {
      appId,
      apiKey,
      actions: new Set(actions?.filter(isAction) ?? KEY_ACTIONS),
      expiresAtMs: expiresAtMs ?? undefined,
    }
  }

const ANSWER_BYTES_MAX = 65_536

const ask = async (dependencies: ForwardDependencies, body: string): Promise<Static<typeof Answer>> => {
  const { response, worker } = await forwardRequest(dependencies, {
    service: 'tenant',
    method: 'POST',
    target: '/internal/credentials/verify',
    lines: LINES,
    body: ownBody(new TextEncoder().encode(body)),
    repeatable: true,
    client: patienceOf(VERIFY_MS_MAX),
  })
  try {
    const answer: unknown = JSON.parse((await readWhole(response, ANSWER_BYTES_MAX)).toString('utf8'))
    if (response.status === 200 && Value.Check(Answer, answer)) return answer
    throw new Error(`The tenant service answered ${response.status}.`)
  } finally {
    worker.requests -= 1
  }
}

const LINES = `host: tenant\r\ncontent-type: application/json\r\n${SERVICE_HEADER}: tenant\r\n${CALLER_HEADER}: root\r\n`

/** One who leaves after a time. */
const patienceOf = (ms: number): Leaving => {
  const signal = AbortSignal.timeout(ms)
  const leaving: Leaving = {
    signal,
    get left() {
      return signal.aborted
    },
    onLeft: undefined,
  }
  signal.addEventListener('abort', () => leaving.onLeft?.(), { once: true })
  return leaving
}
