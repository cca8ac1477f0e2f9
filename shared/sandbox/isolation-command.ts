import { SandboxUnavailableError } from './errors.ts'
import type { SandboxLimits } from './sandbox.ts'

/** Where programs of the system live. Only these are visible inside, so an interpreter from elsewhere would not be found. */
const SYSTEM_PATH = '/usr/bin:/usr/local/bin'
/** The user that nobody is, on every Linux. */
const NOBODY = '65534'
/** Room for temporary files, bytes. */
const TEMPORARY_BYTES = 16 * 1024 * 1024
const OPEN_FILES_MAX = 64

/**
 * The command that runs `python3 -c <runner>` with no network, no files but the system's read-only programs and an empty /tmp, no environment
 * and no privileges, in namespaces that die with the caller. Throws SandboxUnavailableError when a program for that is missing.
 * @param isRoot the kernel does not count the processes of root, so the isolation then begins as nobody
 */
export const isolationCommand = (
  runner: string,
  limits: SandboxLimits,
  isRoot: boolean,
  find: (program: string) => string | null = (program) => Bun.which(program, { PATH: SYSTEM_PATH }),
): string[] => {
  const locate = (program: string): string => {
    const path = find(program)
    if (!path) throw new SandboxUnavailableError(`${program} is not installed in ${SYSTEM_PATH}`)
    return path
  }
  return [
    ...(isRoot ? [locate('setpriv'), `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--'] : []),
    ...[locate('bwrap'), '--unshare-all', '--die-with-parent', '--new-session', '--clearenv'],
    ...['--ro-bind', '/usr', '/usr', '--symlink', 'usr/bin', '/bin'],
    ...['--symlink', 'usr/lib', '/lib', '--symlink', 'usr/lib64', '/lib64'],
    ...['--proc', '/proc', '--dev', '/dev', '--size', String(TEMPORARY_BYTES), '--tmpfs', '/tmp', '--chdir', '/tmp'],
    ...['--uid', NOBODY, '--gid', NOBODY, '--cap-drop', 'ALL', '--'],
    locate('prlimit'),
    ...[`--as=${limits.memoryBytes}`, `--cpu=${limits.cpuSeconds}`, `--nproc=${limits.processesMax}`],
    ...[`--fsize=${limits.fileBytes}`, `--nofile=${OPEN_FILES_MAX}`, '--core=0', '--'],
    ...[locate('python3'), '-I', '-S', '-c', runner],
  ]
}
