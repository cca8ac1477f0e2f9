import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { freePort } from '../../shared/testing/free-port.ts'
import { waitFor } from '../../shared/testing/wait-for.ts'
import type { Subject } from './subject.ts'

/** A bare server in a process of its own, which answers what Orrery answered. */
export const startBareSubject = async (answers: { frames: string[]; whole: string }): Promise<Subject> => {
  const directory = mkdtempSync(join(tmpdir(), 'orrery-bench-'))
  const file = join(directory, 'answers.json')
  await Bun.write(file, JSON.stringify(answers))
  const port = freePort()
  const url = `http://127.0.0.1:${port}`
  const child = Bun.spawn([process.execPath, resolve(import.meta.dir, 'bare-server.ts'), String(port), file], {
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const answersNow = () =>
    fetch(url).then(
      () => true,
      () => false,
    )
  await waitFor(answersNow, { what: 'the bare server' })
  return {
    name: 'bare Elysia',
    url,
    parts: () => Promise.resolve({ server: [child.pid] }),
    async stop() {
      child.kill('SIGKILL')
      await child.exited
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
