import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { processStartTime } from '#shared/lifecycle/process-identity.ts'
import { PostgresUnusableError } from '../errors.ts'
import type { PostgresAccount } from './postgres-account.ts'
import type { PostgresBinaries } from './postgres-binaries.ts'

const DRAFT_PREFIX = 'draft.'
const OUTPUT_LINES_SHOWN = 6

/**
 * Makes the cluster's files on first use. They are made aside and renamed when complete and on disk, so that neither a kill nor a
 * power cut in the middle leaves half a cluster; remains of such an attempt are removed.
 */
export const ensureCluster = async (
  cluster: string,
  binaries: PostgresBinaries,
  account: PostgresAccount,
): Promise<void> => {
  removeDrafts(dirname(cluster))
  if (!existsSync(join(cluster, 'PG_VERSION'))) await createCluster(cluster, binaries, account)
  await giveOwnership(cluster, account)
}

const createCluster = async (cluster: string, binaries: PostgresBinaries, account: PostgresAccount): Promise<void> => {
  const draft = join(dirname(cluster), `${DRAFT_PREFIX}${process.pid}`)
  mkdirSync(draft, { recursive: true, mode: 0o700 })
  await giveOwnership(draft, account)
  const command = [
    ...account.prefix,
    binaries.initdb,
    ...['-D', draft, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C'],
    ...['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--no-sync', '--no-instructions'],
  ]
  await run(command, { ...account.credentials, env: { PATH: '/usr/bin:/bin', ...binaries.environment } })
  await run(['sync', '-f', draft], {}).catch(() => run(['sync'], {})) // -f is GNU: one file system instead of all
  renameSync(draft, cluster)
}

const removeDrafts = (directory: string): void => {
  if (!existsSync(directory)) return
  for (const name of readdirSync(directory)) {
    if (!name.startsWith(DRAFT_PREFIX)) continue
    const pid = Number(name.slice(DRAFT_PREFIX.length))
    // The data directory is locked, so a draft of a living process belongs to something else that got this pid: ours are all dead.
    if (pid !== process.pid || processStartTime(pid)) rmSync(join(directory, name), { recursive: true, force: true })
  }
}

/** Another account may have run this cluster before: another user, or the same data directory in and out of a container. */
const giveOwnership = async (directory: string, account: PostgresAccount): Promise<void> => {
  const entry = statSync(directory)
  if (entry.uid === account.ownerUid || process.getuid?.() !== 0) return
  await run(['chown', '-R', `${account.ownerUid}:${account.ownerGid}`, directory], {})
}

const run = async (command: string[], options: { uid?: number; gid?: number; env?: Record<string, string> }) => {
  const child = Bun.spawn(command, { ...options, cwd: '/', stdin: 'ignore', stdout: 'pipe', stderr: 'pipe' })
  const [output, errors, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ])
  if (code === 0) return
  const said = `${output}${errors}`.trim().split('\n').slice(-OUTPUT_LINES_SHOWN).join('\n  ')
  throw new PostgresUnusableError(`${basename(command[0] ?? '')} failed with code ${code}:\n  ${said}`, {
    remedy: 'Read what it says; or set DATABASE_URL to a PostgreSQL server.',
  })
}
