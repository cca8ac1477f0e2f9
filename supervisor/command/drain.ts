import { EXIT_CODES, UsageError } from '../errors.ts'
import type { Command } from './command.ts'
import { followOperation, JSON_FLAG } from './follow-operation.ts'

const EXIT_LEFT = 1

export const drain: Command = {
  name: 'drain',
  parameters: '<pool> [slot]',
  summary: 'send nothing new to a pool until it is scaled or reloaded; with a slot, replace that one worker',
  details: [
    'A pool: its workers finish what they have and stay; services that no other pool hosts answer 503 meanwhile. orrery scale or orrery reload',
    'lets it have requests again, and so does a new start. Ends with 1 when requests were left after the time for draining.',
    'A slot: a new worker takes its place first, so nothing is interrupted.',
  ],
  flags: { ...JSON_FLAG },
  words: { min: 1, max: 2 },
  async run(context) {
    const [pool = '', slot] = context.words
    if (slot !== undefined) {
      if (!/^\d{1,3}$/.test(slot)) {
        throw new UsageError(`${slot} is no slot.`, { remedy: '`orrery status` shows workers as <pool>/<slot>.' })
      }
      await followOperation(
        context,
        async (client, watch) => {
          await client.replaceSlot(pool, Number(slot), watch)
          return { replaced: `${pool}/${slot}` }
        },
        ({ replaced }) => `The worker ${replaced} was replaced; the old one finishes what it has.\n`,
      )
      return EXIT_CODES.stopped
    }
    const { left } = await followOperation(
      context,
      (client, watch) => client.drainPool(pool, watch),
      (result) =>
        result.left === 0
          ? `${pool} has nothing left to do and gets nothing new.\n`
          : `${pool} gets nothing new; ${result.left} requests are left.\n`,
    )
    return left === 0 ? EXIT_CODES.stopped : EXIT_LEFT
  },
}
