/** The only file of this service that other services may import. Types only. */

import type { LimitPair } from '#shared/permissions/call-limits.ts'

/** `POST /internal/credentials/verify`: whose credentials are these? */
export interface VerifyCredentialsRequest {
  apiKey: string
  apiSecret: string
}
export type VerifyCredentialsAnswer =
  | {
      valid: true
      appId: string
      /** What the key may do: see shared/permissions/actions.ts. */
      actions: string[]
      /** Unix milliseconds; null for a key without an end. */
      expiresAtMs: number | null
      /** Absent when neither the key nor its app has any. */
      limits?: LimitPair
    }
  | { valid: false }

export type { App } from './apps/app-schemas.ts'
export type { Key } from './keys/key-schemas.ts'
