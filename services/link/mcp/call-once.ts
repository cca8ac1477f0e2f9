import type { McpCall, McpCallResult, McpSession, RequestLimits } from '#shared/mcp/mcp-session.ts'
import type { CallRepository } from '../tools/call-repository.ts'
import { keepAnswer } from '../tools/keep-answer.ts'

/** Key of a call's `_meta` by which a server may know a call that it had already. */
const META_KEY = 'orrery/idempotency-key'

/** Whose call of what; the same call has the same parts. */
export interface KeyedCall {
  /** The caller's `Idempotency-Key`. */
  idempotencyKey: string | undefined
  appId: string
  /** Id or address of the server. */
  server: string
  call: Pick<McpCall, 'name' | 'arguments'>
}

/**
 * Makes a call; one that comes with a key is made once: its result is kept, and given to the same call again.
 * @param use runs work on a session of the server
 */
export const callOnce = async (
  calls: CallRepository,
  keyed: KeyedCall,
  use: (work: (session: McpSession, limits: RequestLimits) => Promise<McpCallResult>) => Promise<McpCallResult>,
): Promise<McpCallResult> => {
  const { idempotencyKey, appId, server, call } = keyed
  const meta = idempotencyKey === undefined ? {} : { meta: { [META_KEY]: idempotencyKey } }
  const make = () => use((session, limits) => session.callTool({ ...call, ...meta }, limits))
  if (idempotencyKey === undefined) return make()
  const callHash = hashOf(['mcp', appId, idempotencyKey, server, call.name, call.arguments])
  const kept = await calls.find(callHash)
  if (kept !== undefined) return JSON.parse(kept) as McpCallResult
  const result = await make()
  await keepAnswer(calls, callHash, result)
  return result
}

const hashOf = (parts: readonly unknown[]): string =>
  new Bun.CryptoHasher('sha256').update(JSON.stringify(parts)).digest('hex')
