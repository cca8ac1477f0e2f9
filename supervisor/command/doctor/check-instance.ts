import { createAdminClient } from '../../admin/admin-client.ts'
import { type CheckFacts, type CheckResult, ok, warning } from './check.ts'

const NAME = 'running instance'

/** What the running Orrery, if there is one, says about itself. */
export const checkInstance = async ({ dataDirectory, runningPid }: CheckFacts): Promise<CheckResult[]> => {
  if (runningPid === undefined) return [ok(NAME, 'none on this data directory')]
  try {
    const status = await createAdminClient(dataDirectory).status()
    const deaths = await createAdminClient(dataDirectory).deaths()
    const state = status.ready
      ? ok(NAME, `process ${runningPid}, ready at ${status.url}`)
      : warning(NAME, `process ${runningPid} is not ready: ${status.reasons.join('; ')}`, 'See `orrery logs`.')
    return [
      state,
      ...status.warnings.map((text) => warning('warning', text, '')),
      ...(deaths.length > 0
        ? [warning('deaths', `${deaths.length} since its start`, '`orrery deaths` lists them with their reasons.')]
        : []),
    ]
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return [
      warning(NAME, `process ${runningPid} does not answer: ${why}`, `Look at its logs; kill ${runningPid} stops it.`),
    ]
  }
}
