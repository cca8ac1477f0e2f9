import { join } from 'node:path'
import { DataDirectoryUnusableError, EXIT_CODES, UsageError } from '../errors.ts'
import type { Command, CommandContext } from './command.ts'
import { dataDirectoryOf } from './data-directory-option.ts'
import { listLogFiles, readLines, readTail } from './log-files.ts'
import { type LogLine, mergeLogLines, parseLogLine, renderHumanLine, renderJsonLine } from './log-lines.ts'

const LINES_DEFAULT = 50
const FOLLOW_POLL_MS = 250

export const logs: Command = {
  name: 'logs',
  parameters: '[name …]',
  summary: 'last lines of the logs (of the named ones: gateway, agent, access, postgres, …)',
  flags: {
    json: { kind: 'switch', summary: 'print one JSON object a line' },
    follow: { kind: 'switch', short: 'f', summary: 'go on with new lines until interrupted' },
    lines: { kind: 'value', short: 'n', summary: `how many lines, ${LINES_DEFAULT} by default` },
  },
  words: { min: 0, max: 32 },
  async run(context) {
    const directory = join(dataDirectoryOf(context), 'logs')
    const linesMax = readCount(context.values.get('lines'))
    const files = listLogFiles(directory, context.words)
    if (files.length === 0) {
      throw new DataDirectoryUnusableError(`There is no such log in ${directory}.`, {
        remedy: 'Start Orrery first, or name another data directory with ORRERY_DATA.',
      })
    }
    const offsets = new Map<string, number>()
    const tails = files.map(({ source, path }) => {
      const { lines, offset } = readTail(path, linesMax)
      offsets.set(path, offset)
      return lines.map((text) => parseLogLine(source, text))
    })
    show(context, mergeLogLines(tails).slice(-linesMax))
    if (context.switches.has('follow')) await follow(context, directory, offsets)
    return EXIT_CODES.stopped
  },
}

const follow = async (context: CommandContext, directory: string, offsets: Map<string, number>): Promise<void> => {
  while (!context.signal.aborted) {
    await Bun.sleep(FOLLOW_POLL_MS)
    const added = listLogFiles(directory, context.words).map(({ source, path }) => {
      const { lines, offset } = readLines(path, offsets.get(path) ?? 0)
      offsets.set(path, offset)
      return lines.map((text) => parseLogLine(source, text))
    })
    show(context, mergeLogLines(added))
  }
}

const show = (context: CommandContext, lines: readonly LogLine[]): void => {
  const render = context.switches.has('json') ? renderJsonLine : renderHumanLine
  if (lines.length > 0) context.print(`${lines.map(render).join('\n')}\n`)
}

const readCount = (text: string | undefined): number => {
  if (text === undefined) return LINES_DEFAULT
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new UsageError(`--lines needs a number from 1, not ${text}.`)
  return Number(text)
}
