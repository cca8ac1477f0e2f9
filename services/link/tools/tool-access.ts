import { type Caller, readCaller } from '#shared/http/caller.ts'
import { ToolNotFoundError, ToolOwnerError } from '../errors.ts'
import { INSTALLATION, type ToolRow } from '../tables.ts'

/**
 * Whose tools a request is about. An app reads and runs its own tools and those of the installation; it changes its own alone, and does not
 * even learn that others exist. Root is the app that it names, or sees and changes everything when it names none.
 */
export interface ToolAccess {
  /** Undefined: everybody's. */
  readonly appId: string | undefined
  /** Root changes what belongs to the installation, whichever app it acts for. */
  readonly isRoot: boolean
}

/** @param named the app that the request itself names, which counts for root alone */
export const readAccess = (headers: Headers, named?: string): ToolAccess => accessOf(readCaller(headers), named)

export const accessOf = (caller: Caller, named?: string): ToolAccess =>
  // An app caller without an app has none of its own: `?` is no app's id.
  caller.role === 'root'
    ? { appId: named ?? caller.appId, isRoot: true }
    : { appId: caller.appId ?? '?', isRoot: false }

/** Whom a new tool or credential belongs to. */
export const ownerOf = (access: ToolAccess): string => access.appId ?? INSTALLATION

export const mayRead = ({ appId }: ToolAccess, owner: string): boolean =>
  appId === undefined || owner === INSTALLATION || owner === appId

export const mayChange = ({ appId, isRoot }: ToolAccess, owner: string): boolean =>
  appId === undefined || owner === appId || (isRoot && owner === INSTALLATION)

/** @throws ToolNotFoundError, ToolOwnerError */
export const requireChangeable = (access: ToolAccess, tool: Pick<ToolRow, 'toolId' | 'ownerAppId'>): void => {
  if (mayChange(access, tool.ownerAppId)) return
  throw tool.ownerAppId === INSTALLATION ? new ToolOwnerError(tool.toolId) : new ToolNotFoundError(tool.toolId)
}
