import { EXIT_CODES } from '../errors.ts'
import type { Command } from './command.ts'

/** What the command line offers. Pure. */
export const renderHelp = (commands: readonly Command[]): string => {
  const width = Math.max(...commands.map(({ name, parameters }) => `${name} ${parameters}`.length)) + 2
  const verbs = commands.map(
    ({ name, parameters, summary }) => `  ${`${name} ${parameters}`.padEnd(width)}${summary}\n`,
  )
  return `Usage: orrery <verb> [flags]\n\n${verbs.join('')}\norrery help <verb> shows the flags of one.\n`
}

/** One verb and its flags. Pure. */
export const renderUsage = ({ name, parameters, summary, details = [], flags }: Command): string => {
  const about = [summary, ...(details.length > 0 ? ['', ...details, ''] : [])].join('\n')
  const lines = Object.entries(flags).map(([flag, { kind, short, summary: flagAbout }]) => {
    const form = `${short ? `-${short}, ` : ''}--${flag}${kind === 'value' ? ' <value>' : ''}`
    return `  ${form.padEnd(24)}${flagAbout}\n`
  })
  return `Usage: orrery ${[name, parameters].filter(Boolean).join(' ')}${lines.length > 0 ? ' [flags]' : ''}\n\n${about}\n${lines.join('')}`
}

export const createHelp = (commands: () => readonly Command[]): Command => ({
  name: 'help',
  parameters: '[verb]',
  summary: 'this text, or the flags of a verb',
  flags: {},
  words: { min: 0, max: 1 },
  async run({ words, print }) {
    const known = commands().find(({ name }) => name === words[0])
    print(known ? renderUsage(known) : renderHelp(commands()))
    return known || words.length === 0 ? EXIT_CODES.stopped : EXIT_CODES.usage
  },
})
