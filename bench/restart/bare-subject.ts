import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { waitFor } from '../../shared/testing/wait-for.ts'
import type { Subject } from './subject.ts'

/** `Bun.spawn` of a `Bun.serve`, started again as soon as its exit is known: no supervisor could be faster without a spare. */
export const createBareSubject = async (): Promise<Subject> => {
  const directory = mkdtempSync(join(tmpdir(), 'bare-'))
  let life = 0
  let socket = ''
  let stopped = false
  let child: Bun.Subprocess

  const start = () => {
    if (stopped) return
    life += 1
    socket = join(directory, `${life}.sock`)
    child = Bun.spawn([process.execPath, resolve(import.meta.dir, 'bare-server.ts'), socket], {
      stdio: ['ignore', 'ignore', 'inherit'],
      onExit: start,
    })
  }
  const answers = (): Promise<boolean> =>
    fetch('http://bare/', { unix: socket }).then(
      async (response) => (await response.text()) === 'ok',
      () => false,
    )

  start()
  return {
    name: 'bare Bun.spawn + Bun.serve',
    async settled() {
      await waitFor(answers, { what: 'the bare server' })
      return child.pid
    },
    answers,
    async stop() {
      stopped = true
      child.kill('SIGKILL')
      await child.exited
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
