import { ConfigurationInvalidError, EXIT_CODES, PortTakenError } from '../errors.ts'
import type { Ending } from './worker-process.ts'

/** Later a lost port is waited for; at the start it is a mistake that somebody can see and correct. Undefined for every other end. */
export const listenRefusal = ({ exitCode, reason, wasReady }: Ending): Error | undefined => {
  if (wasReady) return undefined
  if (exitCode === EXIT_CODES.tryAgain) {
    return new PortTakenError(reason, { remedy: 'Stop what holds the port, or choose another one, such as PORT=8081.' })
  }
  if (exitCode === EXIT_CODES.configurationInvalid) {
    return new ConfigurationInvalidError(reason, { remedy: 'Correct HOST and PORT.' })
  }
  return undefined
}
