import { resolve } from 'node:path'
import { waitFor } from '../../shared/testing/wait-for.ts'

/** The upstream worker as a process of its own. */
export const startUpstream = async (socketPath: string) => {
  const child = Bun.spawn([process.execPath, resolve(import.meta.dir, 'upstream-worker.ts'), socketPath], {
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'inherit',
  })
  await waitFor(
    () =>
      Bun.connect({ unix: socketPath, socket: { data() {} } }).then(
        (socket) => !socket.end() || true,
        () => false,
      ),
    {
      what: 'the upstream worker',
    },
  )
  return {
    pid: child.pid,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await child.exited
    },
  }
}
