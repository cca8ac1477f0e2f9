/** The README's lines for newcomers, run as they stand there; only address and data directory are the test's own. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { resolve } from 'node:path'
import { startOrrery } from '#shared/testing/start-orrery.ts'
import { type Orrery, shownText } from './flow-stream.ts'

const root = resolve(import.meta.dir, '../..')
let orrery: Orrery
beforeAll(async () => {
  orrery = await startOrrery()
}, 120_000)
afterAll(() => orrery?.stop())

const readme = await Bun.file(resolve(root, 'README.md')).text()
const lines = [...readme.matchAll(/^```sh\n(curl .*)\n```$/gm)].map(([, line = '']) => line)

const paste = async (line = ''): Promise<string> => {
  const here = line
    .replaceAll('http://127.0.0.1:8080', orrery.url)
    .replaceAll('data/root-key', `${orrery.dataDirectory}/root-key`)
  const shell = Bun.spawn(['sh', '-c', here], { cwd: root, stdout: 'pipe', stderr: 'ignore' })
  const output = await new Response(shell.stdout).text()
  expect(await shell.exited).toBe(0)
  return output
}

test('the line that runs a flow streams an answer from the handbook', async () => {
  const chunks = shownText(await paste(lines[0]))
  expect(chunks.length).toBeGreaterThan(5)
  expect(chunks.join('')).toContain('nothing is lost')
})

test('the line that chats with an agent streams what its calculator found', async () => {
  expect(shownText(await paste(lines[1])).join('')).toContain('408')
})

test('the line that uploads a PDF gets its answer from that PDF', async () => {
  const output = await paste(lines[2])
  expect(output).toContain('"state":"ready"')
  expect(output).toContain('Ganymede')
})

test('the line that saves a model saves one', async () => {
  expect(await paste(lines[3])).toContain('"name":"gpt"')
})
