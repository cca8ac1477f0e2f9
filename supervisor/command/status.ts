import { createAdminClient } from '../admin/admin-client.ts'
import { EXIT_CODES } from '../errors.ts'
import type { Command } from './command.ts'
import { dataDirectoryOf } from './data-directory-option.ts'
import { renderStatus } from './render-status.ts'

export const status: Command = {
  name: 'status',
  parameters: '',
  summary: 'what runs, how it is doing and how much memory it takes',
  flags: { json: { kind: 'switch', summary: 'print the status document' } },
  words: { min: 0, max: 0 },
  async run(context) {
    const document = await createAdminClient(dataDirectoryOf(context)).status()
    context.print(
      context.switches.has('json') ? `${JSON.stringify(document, null, 2)}\n` : renderStatus(document, Date.now()),
    )
    return EXIT_CODES.stopped
  },
}
