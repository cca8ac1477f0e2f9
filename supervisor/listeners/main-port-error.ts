import { ConfigurationInvalidError, PortTakenError, type StartError } from '../errors.ts'

/** The main port could not be had. `taken`: somebody holds it; otherwise the address cannot be listened on at all. */
export const mainPortError = (message: string, taken: boolean): StartError =>
  taken
    ? new PortTakenError(message, { remedy: 'Stop what holds the port, or choose another one, such as PORT=8081.' })
    : new ConfigurationInvalidError(message, { remedy: 'Correct HOST and PORT.' })
