import { createAdminClient } from '../admin/admin-client.ts'
import { EXIT_CODES, UsageError } from '../errors.ts'
import type { Command } from './command.ts'
import { dataDirectoryOf } from './data-directory-option.ts'

export const restart: Command = {
  name: 'restart',
  parameters: '<pid>',
  summary: 'replace one worker; the new one is ready before the old one stops',
  flags: {},
  words: { min: 1, max: 1 },
  async run(context) {
    const [word = ''] = context.words
    if (!/^[1-9]\d*$/.test(word)) {
      throw new UsageError(`${word} is no process id.`, { remedy: '`orrery status` shows the workers with their ids.' })
    }
    await createAdminClient(dataDirectoryOf(context)).restartWorker(Number(word))
    context.print(`The worker ${word} was replaced.\n`)
    return EXIT_CODES.stopped
  },
}
