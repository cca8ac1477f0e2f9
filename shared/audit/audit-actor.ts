import type { Caller } from '#shared/http/caller.ts'
import type { AuditedCall } from './audited-call.ts'
import type { AuditActor } from './tables.ts'

/** Who a caller is, in the words of the log. */
export const actorOf = ({ role, userId, keyId, appId }: Caller): { actor: AuditActor; actorId: string } => {
  if (userId !== undefined) return { actor: 'user', actorId: userId }
  if (role === 'root') return { actor: 'root', actorId: '' }
  if (keyId !== undefined || appId !== undefined) return { actor: 'key', actorId: keyId ?? '' }
  return { actor: 'nobody', actorId: '' }
}

/** Who does what to whom: what the log says of a call whatever comes of it. */
export const subjectOf = (call: AuditedCall, caller: Caller) => ({
  ...actorOf(caller),
  appId: call.appId ?? caller.appId ?? null,
  spaceId: call.spaceId ?? null,
  action: call.action,
  path: call.path,
})
