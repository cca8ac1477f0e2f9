import { EXIT_CODES } from '../../errors.ts'
import { whyUnavailable } from '../../gateway/port-holder.ts'
import { SERVICE_PORTS } from '../../gateway/route-table.ts'
import { type CheckFacts, type CheckResult, failure, ok, warning } from './check.ts'

/** Could a start have its ports? While Orrery runs they are its own. */
export const checkPorts = ({ settings, runningPid }: CheckFacts): CheckResult[] => {
  if (runningPid !== undefined) return [ok('port', `${settings.PORT} is for the running Orrery`)]
  const main = tryPort(settings.HOST, settings.PORT)
  const result = main
    ? failure('port', {
        detail: `${settings.PORT} of ${settings.HOST} is ${main}`,
        remedy: 'Stop what holds it, or choose another one with PORT.',
        exitCode: EXIT_CODES.tryAgain,
      })
    : ok('port', `${settings.PORT} is free`)
  return [result, ...(settings.ORRERY_SERVICE_PORTS === 'on' ? checkServicePorts(settings.HOST) : [])]
}

const checkServicePorts = (host: string): CheckResult[] =>
  Object.entries(SERVICE_PORTS).flatMap(([service, port]) => {
    const problem = tryPort(host, port)
    if (!problem) return []
    const remedy = 'Clients can use the main port; ORRERY_SERVICE_PORTS=off ends this warning.'
    return [warning(`port of ${service}`, `${port} is ${problem}`, remedy)]
  })

/** Why the port cannot be listened on. */
const tryPort = (hostname: string, port: number): string | undefined => {
  try {
    Bun.listen({ hostname, port, socket: { data() {} } }).stop(true)
    return undefined
  } catch (error) {
    return whyUnavailable(error, port)
  }
}
