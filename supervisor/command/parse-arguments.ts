import type { Command } from './command.ts'

export type ParsedArguments =
  | { ok: true; command: Command; words: string[]; switches: Set<string>; values: Map<string, string> }
  | { ok: false; problem: string }

/** Finds the verb among the commands and reads what follows it. Flags may stand anywhere after the verb; `--` ends them. Pure. */
export const parseArguments = (commands: readonly Command[], args: readonly string[]): ParsedArguments => {
  const [verb = '', ...rest] = args
  const command = commands.find(({ name }) => name === verb)
  if (!command) return { ok: false, problem: verb === '' ? 'No verb is given.' : `There is no verb ${verb}.` }
  const parsed = { words: [] as string[], switches: new Set<string>(), values: new Map<string, string>() }
  const open = [...rest]
  for (let arg = open.shift(); arg !== undefined; arg = open.shift()) {
    if (arg === '--') parsed.words.push(...open.splice(0))
    else if (!arg.startsWith('-') || arg === '-') parsed.words.push(arg)
    else {
      const problem = readFlag(command, [arg, open], parsed)
      if (problem) return { ok: false, problem }
    }
  }
  const { min, max } = command.words
  if (parsed.words.length < min) return { ok: false, problem: `${verb} needs ${command.parameters}.` }
  if (parsed.words.length > max) return { ok: false, problem: `${verb} does not take ${parsed.words[max]}.` }
  return { ok: true, command, ...parsed }
}

/** Reads one flag, and its value from the words after it when it needs one. Returns what is wrong with it. */
const readFlag = (
  command: Command,
  [arg, open]: [arg: string, open: string[]],
  into: { switches: Set<string>; values: Map<string, string> },
): string | undefined => {
  const [given = '', inline] = splitOnce(arg)
  const entry = Object.entries(command.flags).find(
    ([name, { short }]) => given === `--${name}` || given === `-${short}`,
  )
  if (!entry) return `${command.name} has no flag ${given}.`
  const [name, { kind }] = entry
  if (kind === 'switch') {
    if (inline !== undefined) return `--${name} takes no value.`
    into.switches.add(name)
    return undefined
  }
  const value = inline ?? open.shift()
  if (value === undefined) return `--${name} needs a value.`
  into.values.set(name, value)
  return undefined
}

const splitOnce = (arg: string): [string, string | undefined] => {
  const at = arg.indexOf('=')
  return at < 0 ? [arg, undefined] : [arg.slice(0, at), arg.slice(at + 1)]
}
