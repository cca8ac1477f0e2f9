/** The only file of this service that other services may import. Types only. */
export type { Agent } from './agents/agent-schemas.ts'
/** The events of a run of kind `agent`. */
export type { TurnEvent } from './loop/turn-events.ts'
export type { Model } from './models/model-schemas.ts'
