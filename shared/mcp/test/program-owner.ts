/** A process that starts an MCP server and waits to be killed: `program-owner.ts <server> <directory>`. Writes the server's pid. For tests. */
import { createOutboundGuard } from '#shared/outbound/outbound-guard.ts'
import { openSession } from '../open-session.ts'

const [, , server = '', directory = ''] = process.argv
const session = await openSession({
  target: { transport: 'stdio', command: process.execPath, args: [server, 'deaf'], environment: {}, directory },
  outbound: createOutboundGuard({ allow: '' }),
  limits: { timeoutMs: 15_000, signal: new AbortController().signal },
})
process.stdout.write(`${session.pid}\n`)
await new Promise(() => setInterval(() => undefined, 1_000))
