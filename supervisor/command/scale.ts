import { EXIT_CODES, UsageError } from '../errors.ts'
import type { Command } from './command.ts'
import { followOperation, JSON_FLAG } from './follow-operation.ts'

const EXIT_NOT_READY = 1

export const scale: Command = {
  name: 'scale',
  parameters: '<pool> <count>',
  summary: 'give a pool so many workers, within the min and max of its configuration',
  details: [
    'Waits until they are ready. Superfluous workers finish their requests first. It holds until a reload or a new start; where the pool scales',
    'by itself, it is the least until then. A drained pool gets requests again.',
  ],
  flags: { ...JSON_FLAG },
  words: { min: 2, max: 2 },
  async run(context) {
    const [pool = '', word = ''] = context.words
    if (!/^[1-9]\d{0,3}$/.test(word)) {
      throw new UsageError(`${word} is no number of workers.`, { remedy: 'Give a whole number from 1.' })
    }
    const { count, ready } = await followOperation(
      context,
      (client, watch) => client.scalePool(pool, Number(word), watch),
      (result) => `${pool} has ${result.count} workers, ${result.ready} of them ready.\n`,
    )
    return ready >= count ? EXIT_CODES.stopped : EXIT_NOT_READY
  },
}
