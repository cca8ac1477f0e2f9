/**
 * Who calls, as the gateway established it. Services trust these two headers because workers listen on a unix socket that only the
 * gateway reaches, and the gateway removes them from what clients send.
 */
export const CALLER_HEADER = 'x-orrery-caller'
export const APP_HEADER = 'x-consumer-username'

export interface Caller {
  /** `root` may act for every app and on what belongs to none; `app` only on its own. */
  role: 'root' | 'app'
  /** The app this call is for. Undefined for root when it names none. */
  appId: string | undefined
}

export const readCaller = (headers: Headers): Caller => ({
  role: headers.get(CALLER_HEADER) === 'root' ? 'root' : 'app',
  appId: headers.get(APP_HEADER) || undefined,
})

/** True when the caller may see or change what belongs to `ownerAppId`. */
export const mayUse = (caller: Caller, ownerAppId: string): boolean =>
  caller.role === 'root' || (caller.appId !== undefined && caller.appId === ownerAppId)
