import { chownSync, readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
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

interface User {
  uid: number
  gid: number
}

/**
 * Not root: as we are. Root: in a user namespace in which root's own files belong to an ordinary user, so that no file changes its owner.
 * Where namespaces are forbidden (many containers), or directories on the way are closed to root without its privileges (`sudo` in somebody's
 * home): as the user postgres or nobody, or as the owner of the place. The first that can reach the program and the places is taken.
 *
 * @param places directories that PostgreSQL will use; they and their parents are ours and are given to the account
 */
export const choosePostgresAccount = (binary: string, places: readonly string[]): PostgresAccount => {
  const uid = process.getuid?.() ?? 1
  const gid = process.getgid?.() ?? 1
  if (uid !== 0) return { prefix: [], credentials: {}, ownerUid: uid, ownerGid: gid }
  const mustReach = [...new Set([binary, ...places.map((place) => dirname(dirname(place)))])]
  const chosen = candidates(mustReach).find((account) => mustReach.every((path) => canReach(account, path)))
  if (!chosen) {
    throw new PostgresUnusableError(
      `The embedded PostgreSQL must not run as root, and no other user can reach ${mustReach.join(' and ')}.`,
      { remedy: 'Start Orrery as an ordinary user, or set DATABASE_URL to a PostgreSQL server.' },
    )
  }
  for (const place of places) for (const directory of [dirname(place), place]) giveTo(chosen, directory)
  return chosen
}

const candidates = (paths: readonly string[]): PostgresAccount[] => {
  const users = [findUser('postgres'), findUser('nobody'), ...paths.map(ownerOf)].filter((user) => user !== undefined)
  const namespace = users.slice(0, 1).map(({ uid, gid }) => ({
    prefix: ['unshare', '--user', `--map-user=${uid}`, `--map-group=${gid}`, '--'],
    credentials: {},
    ownerUid: 0,
    ownerGid: 0,
  }))
  return [
    ...namespace,
    ...users.map((user) => ({ prefix: [], credentials: user, ownerUid: user.uid, ownerGid: user.gid })),
  ]
}

/** Whether the account, with the rights that it will have, gets through to a file that it may execute or a directory that it may enter. */
const canReach = (account: PostgresAccount, path: string): boolean => {
  const program = account.prefix[0]
  if (program && !Bun.which(program)) return false
  const command = [...account.prefix, 'test', '-x', path]
  return Bun.spawnSync(command, { ...account.credentials, cwd: '/', stdout: 'ignore', stderr: 'ignore' }).exitCode === 0
}

/** initdb looks its user up by number, so it must be one from the passwd file. */
const findUser = (key: string | number): User | undefined =>
  readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .map(([name, , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
    .filter((user) => user.uid > 0 && (user.name === key || user.uid === key))
    .map(({ uid, gid }) => ({ uid, gid }))[0]

const ownerOf = (path: string): User | undefined => findUser(statSync(path).uid)

/** Root needs no permission to use what belongs to another, so this takes nothing from us. */
const giveTo = (account: PostgresAccount, directory: string): void => {
  if (statSync(directory).uid !== account.ownerUid) chownSync(directory, account.ownerUid, account.ownerGid)
}
