import type { Caller } from '#shared/http/caller.ts'
import type { AuditActor } from './tables.ts'

/** Who a caller is, in the words of the log. */
export const actorOf = ({ role, userId, keyId, appId }: Caller): { actor: AuditActor; actorId: string } => {
  if (userId !== undefined) return { actor: 'user', actorId: userId }
  if (role === 'root') return { actor: 'root', actorId: '' }
  if (keyId !== undefined || appId !== undefined) return { actor: 'key', actorId: keyId ?? '' }
  return { actor: 'nobody', actorId: '' }
}
