import type { StdioTarget } from './mcp-target.ts'

/**
 * Starts the program given as arguments as the head of a process group that ends with us: descriptor 3 is a pipe whose other end only this process
 * holds, so it reads as ended when this process is gone, however it went, and then the whole group is killed. The shell ends with the program's exit code.
 */
const SCRIPT = `exec 4<&0
"$@" <&4 3<&- 4<&- &
program=$!
exec 0</dev/null 1>/dev/null 4<&-
( read -r line <&3; kill -KILL 0 ) 2>/dev/null &
wait "$program"`

const SHELL = '/bin/sh'
/** What the programs of a system are found in when we were not told. */
const SYSTEM_PATH = '/usr/local/bin:/usr/bin:/bin'

export interface ProgramLaunch {
  command: string
  args: string[]
  environment: Record<string, string>
}

/** The command that starts a server, and its environment: nothing of ours but the search path. Pure. */
export const programLaunch = (target: StdioTarget, path: string | undefined): ProgramLaunch => ({
  command: SHELL,
  args: ['-c', SCRIPT, 'mcp-server', target.command, ...target.args],
  environment: {
    PATH: path || SYSTEM_PATH,
    HOME: target.directory,
    TMPDIR: target.directory,
    LANG: 'C.UTF-8',
    ...target.environment,
  },
})
