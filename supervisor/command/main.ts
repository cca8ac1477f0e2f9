/** `orrery <verb>`: the command line. Exit codes are those of ../errors.ts. */
import { AppError } from '#shared/errors/app-error.ts'
import { SupervisorAwayError } from '../admin/errors.ts'
import { EXIT_CODES, StartError } from '../errors.ts'
import type { Command } from './command.ts'
import { deaths } from './deaths.ts'
import { doctor } from './doctor.ts'
import { down } from './down.ts'
import { drain } from './drain.ts'
import { createHelp, renderHelp, renderUsage } from './help.ts'
import { ingestions } from './ingestions.ts'
import { key } from './key.ts'
import { logs } from './logs.ts'
import { parseArguments } from './parse-arguments.ts'
import { reload } from './reload.ts'
import { restart } from './restart.ts'
import { scale } from './scale.ts'
import { status } from './status.ts'
import { up } from './up.ts'

const commands: Command[] = [up, down, status, reload, scale, drain, restart, doctor, deaths, logs, ingestions, key]
commands.push(createHelp(() => commands))

const EXIT_UNEXPECTED = 1

const run = async (args: string[]): Promise<number> => {
  const asked = args[0] === '--help' || args[0] === '-h' ? ['help'] : args
  const parsed = parseArguments(commands, asked)
  if (!parsed.ok) {
    const command = commands.find(({ name }) => name === asked[0])
    process.stderr.write(`${parsed.problem}\n\n${command ? renderUsage(command) : renderHelp(commands)}`)
    return EXIT_CODES.usage
  }
  const stopped = new AbortController()
  if (parsed.command !== up)
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopped.abort())
  const context = { workingDirectory: process.cwd(), environment: process.env, signal: stopped.signal, print }
  return parsed.command.run({ ...parsed, ...context })
}

/** Exiting throws away what a slow reader of the pipe has not taken yet, so the end waits for it. */
let printed = Promise.resolve()
const print = (text: string): void => {
  const written = new Promise<void>((resolve) => process.stdout.write(text, () => resolve()))
  printed = printed.then(() => written)
}

/** What the user reads when a verb fails, and what it ends with. */
const explain = (error: unknown): number => {
  const message = error instanceof Error ? error.message : String(error)
  const remedy = error instanceof AppError && error.remedy ? `\n${error.remedy}` : ''
  const code = error instanceof AppError ? `\n[${error.code}]` : ''
  process.stderr.write(`${message}${remedy}${code}\n`)
  if (error instanceof StartError) return error.exitCode
  return error instanceof SupervisorAwayError ? EXIT_CODES.backendUnreachable : EXIT_UNEXPECTED
}

process.stdout.on('error', () => process.exit(EXIT_CODES.stopped)) // `orrery logs | head`
const exitCode = await run(process.argv.slice(2)).catch(explain)
await printed
process.exit(exitCode)
