import { type Static, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { CALLER_HEADER } from '#shared/http/caller.ts'
import { SERVICE_HEADER } from '#shared/lifecycle/hosted-service.ts'
import { CredentialsUncheckedError } from './errors.ts'
import { type ForwardDependencies, forwardRequest } from './forward-request.ts'

/** The tenant service's answer. */
const Answer = Type.Union([
  Type.Object({ valid: Type.Literal(true), appId: Type.String({ minLength: 1 }) }),
  Type.Object({ valid: Type.Literal(false) }),
])

const VERIFY_MS_MAX = 15_000

/** Asks the tenant service whose credentials these are. Throws CredentialsUncheckedError when it cannot tell. */
export const createCredentialVerifier =
  (dependencies: ForwardDependencies) =>
  async (apiKey: string, apiSecret: string): Promise<string | undefined> => {
    const answer = await ask(dependencies, JSON.stringify({ apiKey, apiSecret })).catch((error: unknown) => {
      throw new CredentialsUncheckedError(error)
    })
    return answer.valid ? answer.appId : undefined
  }

const ask = async (dependencies: ForwardDependencies, body: string): Promise<Static<typeof Answer>> => {
  const bytes = new TextEncoder().encode(body)
  const { response, worker } = await forwardRequest(dependencies, {
    service: 'tenant',
    method: 'POST',
    target: '/internal/credentials/verify',
    headers: new Headers({ 'content-type': 'application/json', [SERVICE_HEADER]: 'tenant', [CALLER_HEADER]: 'root' }),
    body: { open: () => bytes, replayable: true, tooLarge: undefined },
    repeatable: true,
    signal: AbortSignal.timeout(VERIFY_MS_MAX),
  })
  try {
    const answer: unknown = await response.json()
    if (response.ok && Value.Check(Answer, answer)) return answer
    throw new Error(`The tenant service answered ${response.status}.`)
  } finally {
    worker.requests -= 1
  }
}
