import type { Caller } from '#shared/http/caller.ts'
import type { LimitPair } from '#shared/permissions/call-limits.ts'
import type { RouteRule } from '#shared/permissions/route-actions.ts'
import type { Identity } from './identity.ts'

/** What the tenant service says about credentials that are right. */
export interface KeyFacts {
  appId: string
  apiKey: string
  actions: ReadonlySet<RouteRule>
  /** Unix milliseconds; undefined for a key without an end. */
  expiresAtMs: number | undefined
  /** Undefined when neither the key nor its app has any. */
  limits: LimitPair | undefined
}

/** A key as the gateway remembers it: made once and shared by all requests that come with it, so that a request makes nothing anew. */
export class KnownKey implements Identity {
  readonly facts: KeyFacts
  readonly caller: Caller
  /** Unix milliseconds until when it need not be asked about again. */
  readonly untilMs: number
  /** False as soon as something at the tenant service may have changed. */
  isCurrent = true

  constructor(facts: KeyFacts, untilMs: number) {
    this.facts = facts
    this.caller = { role: 'app', appId: facts.appId, keyId: facts.apiKey }
    this.untilMs = untilMs
  }

  get actions(): ReadonlySet<RouteRule> {
    return this.facts.actions
  }

  get key(): this {
    return this
  }
}
