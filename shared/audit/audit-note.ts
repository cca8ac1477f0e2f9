import type { AuditActor } from './tables.ts'

/** What only the handler of a call knows of it. */
export interface AuditNote {
  actor?: AuditActor
  actorId?: string
  appId?: string
  spaceId?: string
}

const notes = new WeakMap<Request, AuditNote>()

/** Says more about the call that is being answered, for its entry in the audit log: who signed in, which app was made. */
export const noteForAudit = (request: Request, note: AuditNote): void => {
  notes.set(request, { ...notes.get(request), ...note })
}

export const auditNoteOf = (request: Request): AuditNote => notes.get(request) ?? {}
