import { readFileSync, statSync } from 'node:fs'
import { PostgresUnusableError } from '../errors.ts'

/** PostgreSQL refuses to run as root. This says how a command is run so that it does not see itself as root. */
export interface PostgresAccount {
  /** Put before the command. */
  prefix: string[]
  /** Account to switch to; empty when the prefix does it or nothing is needed. */
  credentials: { uid?: number; gid?: number }
  /** Who must own the cluster's files, as seen from outside. */
  ownerUid: number
  ownerGid: number
}

/**
 * Not root: as we are. Root: in a user namespace in which root's own files belong to an ordinary user, so that nothing changes its owner and
 * no directory needs to be opened up. Where namespaces are forbidden (many containers): as the user `postgres` or `nobody`.
 */
export const choosePostgresAccount = (binary: string): PostgresAccount => {
  const uid = process.getuid?.() ?? 1
  const gid = process.getgid?.() ?? 1
  if (uid !== 0) return { prefix: [], credentials: {}, ownerUid: uid, ownerGid: gid }
  const user = unprivilegedUser()
  if (!user) throw unusable('there is no user postgres or nobody to run it as')
  const prefix = ['unshare', '--user', `--map-user=${user.uid}`, `--map-group=${user.gid}`, '--']
  if (namespacesWork(prefix)) return { prefix, credentials: {}, ownerUid: uid, ownerGid: gid }
  if (!worldMayRead(binary)) throw unusable(`the user ${user.name} cannot reach ${binary}`)
  return { prefix: [], credentials: { uid: user.uid, gid: user.gid }, ownerUid: user.uid, ownerGid: user.gid }
}

const unusable = (why: string) =>
  new PostgresUnusableError(`The embedded PostgreSQL must not run as root, and ${why}.`, {
    remedy: 'Start Orrery as an ordinary user, or set DATABASE_URL to a PostgreSQL server.',
  })

/** initdb looks its user up by number, so it must be one from the passwd file. */
const unprivilegedUser = (): { name: string; uid: number; gid: number } | undefined => {
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
    .filter((user) => user.uid > 0)
  return users.find((user) => user.name === 'postgres') ?? users.find((user) => user.name === 'nobody')
}

const namespacesWork = (prefix: string[]): boolean => {
  if (process.platform !== 'linux' || !Bun.which('unshare')) return false
  return Bun.spawnSync([...prefix, 'true'], { stdout: 'ignore', stderr: 'ignore' }).exitCode === 0
}

/** Root may read everything, so ask the mode bits along the path instead of the kernel. */
const worldMayRead = (path: string): boolean => {
  const parts = path.split('/')
  return parts.slice(1).every((_, index) => {
    const ancestor = parts.slice(0, index + 2).join('/')
    return (statSync(ancestor).mode & WORLD_EXECUTE) !== 0
  })
}

const WORLD_EXECUTE = 0o001

/** Throws when the account cannot enter a directory, because one above it is closed. */
export const ensureReachable = (directory: string, account: PostgresAccount): void => {
  const probe = Bun.spawnSync(['test', '-x', directory], { ...account.credentials, cwd: '/' })
  if (probe.exitCode !== 0) throw unusable(`the user it would run as cannot enter ${directory}`)
}
