import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { waitFor } from '#shared/testing/wait-for.ts'
import { DEFAULT_SANDBOX_LIMITS } from './sandbox.ts'
import { startSandboxChild } from './sandbox-child.ts'

const SANDBOX_CHILD = new URL('./sandbox-child.ts', import.meta.url).href
const SANDBOX = new URL('./sandbox.ts', import.meta.url).href

const isRunning = (pid: number): boolean => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

/** A process that runs an endless program in a child, and says the pid of the child. */
const startParent = () =>
  Bun.spawn(
    [
      process.execPath,
      '-e',
      `import { startSandboxChild } from '${SANDBOX_CHILD}'
      import { DEFAULT_SANDBOX_LIMITS } from '${SANDBOX}'
      const child = startSandboxChild('./javascript-child.ts')
      await child.ready
      child.run({ language: 'javascript', source: 'for (;;);', inputs: '{}', limits: DEFAULT_SANDBOX_LIMITS }, new AbortController().signal)
      console.log(child.pid)`,
    ],
    { stdin: 'ignore', stdout: 'pipe', stderr: 'inherit' },
  )

test('a program ends with the process that wanted it, even when that is killed', async () => {
  const parent = startParent()
  const first = await parent.stdout.getReader().read()
  const pid = Number(new TextDecoder().decode(first.value))
  expect(isRunning(pid)).toBe(true)
  parent.kill('SIGKILL')
  await parent.exited
  await waitFor(() => !isRunning(pid), { what: 'the end of the child' })
})

test('a program that a child does not end by itself is killed when its time is up', async () => {
  const child = startSandboxChild('./pyodide-child.ts', true)
  await child.ready
  const limits = { ...DEFAULT_SANDBOX_LIMITS, wallMs: 100 }
  const request = { language: 'python', source: 'while True: pass', inputs: '{}', limits } as const
  const error: unknown = await child.run(request, new AbortController().signal).catch((reason: unknown) => reason)
  expect(error).toMatchObject({ fault: 'deadline' })
  expect(child.isAlive).toBe(false)
})
