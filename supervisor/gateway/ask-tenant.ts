import { CALLER_HEADER } from '#shared/http/caller.ts'
import { SERVICE_HEADER } from '#shared/lifecycle/hosted-service.ts'
import { CredentialsUncheckedError } from './errors.ts'
import { type ForwardDependencies, forwardRequest, type Leaving } from './forward-request.ts'
import { ownBody } from './request-body.ts'
import { readWhole } from './wire/upstream-response.ts'

const ANSWER_MS_MAX = 15_000
const ANSWER_BYTES_MAX = 65_536

/**
 * Asks the tenant service something for the gateway's own use; its JSON. A question may be asked twice. Throws CredentialsUncheckedError when there is no
 * answer, or another status than 200.
 */
export const askTenant = async (
  dependencies: ForwardDependencies,
  path: string,
  question: unknown,
): Promise<unknown> => {
  try {
    const { response, worker } = await forwardRequest(dependencies, {
      service: 'tenant',
      method: 'POST',
      target: path,
      lines: LINES,
      body: ownBody(new TextEncoder().encode(JSON.stringify(question))),
      repeatable: true,
      client: patienceOf(ANSWER_MS_MAX),
    })
    try {
      const answer = await readWhole(response, ANSWER_BYTES_MAX)
      if (response.status !== 200) throw new Error(`The tenant service answered ${response.status}.`)
      return JSON.parse(answer.toString('utf8'))
    } finally {
      worker.requests -= 1
    }
  } catch (error) {
    throw new CredentialsUncheckedError(error)
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
