/**
 * Who calls, as the gateway established it. Services trust these headers because workers listen on a unix socket that only the
 * gateway reaches, and the gateway removes them from what clients send.
 */
export const CALLER_HEADER = 'x-orrery-caller'
export const APP_HEADER = 'x-consumer-username'
/** Id of the person who is signed in. */
export const USER_HEADER = 'x-orrery-user'
/** The public half of an app's credentials. */
export const KEY_HEADER = 'x-orrery-key'

export interface Caller {
  /** `root` may act for every app and on what belongs to none; `app` only on its own. */
  role: 'root' | 'app'
  /** The app this call is for. Undefined for root when it names none. */
  appId: string | undefined
  /** The person who is signed in: an administrator acts as root, a member as an app of their space, or as no app where they manage. */
  userId?: string | undefined
  /** The key that the caller came with: not its secret. */
  keyId?: string | undefined
}

export const readCaller = (headers: Headers): Caller => ({
  role: headers.get(CALLER_HEADER) === 'root' ? 'root' : 'app',
  appId: headers.get(APP_HEADER) || undefined,
  userId: headers.get(USER_HEADER) || undefined,
  keyId: headers.get(KEY_HEADER) || undefined,
})

/** True when the caller may see or change what belongs to `ownerAppId`. */
export const mayUse = (caller: Caller, ownerAppId: string): boolean =>
  caller.role === 'root' || (caller.appId !== undefined && caller.appId === ownerAppId)
