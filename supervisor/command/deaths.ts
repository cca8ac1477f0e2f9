import { existsSync } from 'node:fs'
import { createAdminClient } from '../admin/admin-client.ts'
import { SupervisorAwayError } from '../admin/errors.ts'
import { EXIT_CODES } from '../errors.ts'
import { DEATHS_KEPT_MAX } from '../pool/death-log.ts'
import { deathsPath, readDeaths } from '../pool/read-deaths.ts'
import type { Death } from '../pool/supervision.ts'
import type { Command } from './command.ts'
import { dataDirectoryOf } from './data-directory-option.ts'
import { renderDuration } from './human-units.ts'
import { renderTable } from './text-table.ts'

export const deaths: Command = {
  name: 'deaths',
  parameters: '',
  summary: 'processes that ended although nobody asked them to, and why',
  flags: { json: { kind: 'switch', summary: 'print them as one JSON array' } },
  words: { min: 0, max: 0 },
  async run(context) {
    const list = await findDeaths(dataDirectoryOf(context))
    context.print(context.switches.has('json') ? `${JSON.stringify(list, null, 2)}\n` : renderDeaths(list))
    return EXIT_CODES.stopped
  },
}

/** From the running supervisor, or from its record when none runs: that is when one wants to know. */
const findDeaths = async (dataDirectory: string): Promise<Death[]> => {
  try {
    return await createAdminClient(dataDirectory).deaths()
  } catch (error) {
    const path = deathsPath(dataDirectory)
    if (!(error instanceof SupervisorAwayError && existsSync(path))) throw error
    return readDeaths(path, DEATHS_KEPT_MAX)
  }
}

/** Oldest first. Pure. */
export const renderDeaths = (list: readonly Death[]): string =>
  list.length === 0
    ? 'No death is on record.\n'
    : renderTable(
        ['TIME', 'PROCESS', 'PID', 'LIVED', 'END', 'REASON'],
        list.map((death) => [
          death.time,
          `${death.pool}/${death.slot}.${death.generation}`,
          death.pid,
          renderDuration(death.uptimeMs),
          death.signal ?? `exit ${death.exitCode ?? '?'}`,
          death.reason,
        ]),
      )
