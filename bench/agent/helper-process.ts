import { resolve } from 'node:path'

/** A program of this folder that prints its port, in a process of its own. */
export const startHelperProcess = async (file: string, args: readonly (string | number)[]) => {
  const child = Bun.spawn([process.execPath, resolve(import.meta.dir, file), ...args.map(String)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const { value } = await child.stdout.getReader().read()
  const port = new TextDecoder().decode(value).trim()
  if (!/^\d+$/.test(port)) throw new Error(`${file} printed no port but: ${port}`)
  return {
    pid: child.pid,
    url: `http://127.0.0.1:${port}/v1`,
    async stop() {
      child.kill('SIGKILL')
      await child.exited
    },
  }
}
