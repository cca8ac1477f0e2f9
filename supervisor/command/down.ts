import { createAdminClient } from '../admin/admin-client.ts'
import { EXIT_CODES } from '../errors.ts'
import type { Command } from './command.ts'
import { dataDirectoryOf } from './data-directory-option.ts'
import { isRunning } from './process-alive.ts'

const POLL_MS = 50

export const down: Command = {
  name: 'down',
  parameters: '',
  summary: 'stop a running Orrery in order and wait for its end',
  flags: {},
  words: { min: 0, max: 0 },
  async run(context) {
    const client = createAdminClient(dataDirectoryOf(context))
    const { supervisor } = await client.status()
    await client.stop()
    while (isRunning(supervisor.pid) && !context.signal.aborted) await Bun.sleep(POLL_MS)
    context.print('Orrery has stopped.\n')
    return EXIT_CODES.stopped
  },
}
