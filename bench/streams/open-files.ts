import { readFileSync } from 'node:fs'

/** Runs this program again with as many open files as it may have, when it may not have enough now. Returns only when it has. */
export const needOpenFiles = async (needed: number): Promise<void> => {
  const [, soft = 0, hard = 0] =
    /^Max open files\s+(\d+)\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.map(Number) ?? []
  if (soft >= needed) return
  if (hard < needed) throw new Error(`${needed} open files are needed, and the limit of this account is ${hard}`)
  const again = ['sh', '-c', `ulimit -n ${hard} && exec "$@"`, 'sh', process.execPath, ...process.argv.slice(1)]
  const child = Bun.spawn(again, { stdin: 'inherit', stdout: 'inherit', stderr: 'inherit' })
  process.exit(await child.exited)
}
