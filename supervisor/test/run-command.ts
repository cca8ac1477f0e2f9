import { resolve } from 'node:path'

const root = resolve(import.meta.dir, '../..')

export interface CommandResult {
  code: number
  output: string
}

/** Runs one of the repository's programs to its end and returns its exit code with all that it printed. */
export const runProgram = async (
  program: string[],
  env: Record<string, string>,
  timeoutMs = 30_000,
): Promise<CommandResult> => {
  const child = Bun.spawn([process.execPath, ...program], {
    cwd: root,
    env: { ...process.env, ORRERY_SERVICE_PORTS: 'off', ...env },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
    timeout: timeoutMs,
  })
  const [stdout, stderr] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()])
  return { code: await child.exited, output: stdout + stderr }
}

/** `orrery <verb> …` */
export const runCommand = (args: string[], env: Record<string, string>): Promise<CommandResult> =>
  runProgram(['supervisor/command/main.ts', ...args], env)

/** `npm start` without npm: a start that is expected to end by itself. */
export const runSupervisor = (env: Record<string, string>): Promise<CommandResult> =>
  runProgram(['supervisor/main.ts'], env)
