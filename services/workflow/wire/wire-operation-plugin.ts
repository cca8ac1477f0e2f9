import { Elysia } from 'elysia'
import type { Logger } from '#shared/logging/logger.ts'
import type { ProtocolOperation } from '../definition/flow-protocol-error.ts'
import type { WireResult } from '../definition/wire-codes.ts'
import type { FlowWriting } from '../flows/add-flow.ts'
import { failure } from './envelope-schemas.ts'
import { wireErrorPlugin } from './wire-error-plugin.ts'

export interface WireRoutesDependencies extends FlowWriting {
  logger: Logger
  nextSid(): string
}

/** Every operation answers its failures with a code of its own, so each has its own error hook. Paths are taken with and without a final slash. */
export const wireOperation = (
  dependencies: Pick<WireRoutesDependencies, 'logger' | 'nextSid'>,
  prefix: string,
  options: { operation: ProtocolOperation; fallback: WireResult },
) =>
  new Elysia({ prefix, normalize: false, tags: ['workflow wire'] }).use(
    wireErrorPlugin({
      ...options,
      logger: dependencies.logger,
      nextSid: dependencies.nextSid,
      body: (fault, sid) => failure(sid, fault),
    }),
  )
