import type { ProviderName } from '../create-provider-model.ts'
import type { ModelErrorCode } from '../model-error.ts'
import type { SeenRequest, WireWriter } from './wire-script.ts'
import type { WireRequest } from './wire-server.ts'

/** A provider's side of its protocol, for a server that plays it. */
export interface WireSpeaker {
  provider: ProviderName
  transport: 'http' | 'websocket'
  /** Path of the endpoint as people configure it. */
  path: string
  apiKey: string
  /** What must not appear in any error. */
  secret: string
  contentType: string
  createWriter(usage?: { prompt: number; completion: number }): WireWriter
  /** The body beside an error status. */
  errorBody(status: number, message: string): string
  /** What a failure inside an answer comes to. */
  failure: { code: ModelErrorCode; says: string }
  readRequest(request: WireRequest): SeenRequest
  /** Names of cases that the protocol cannot express, each with the reason. */
  cannot: Readonly<Record<string, string>>
}
