import { expect, test } from 'bun:test'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TEST_CERTIFICATE } from './fixtures/test-certificate.ts'

test('a pinned address must still bear the certificate of its name, by fetch and by WebSocket', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'orrery-tls-'))
  try {
    const authority = join(directory, 'authority.pem')
    await writeFile(authority, TEST_CERTIFICATE)
    const child = Bun.spawn([process.execPath, join(import.meta.dir, 'fixtures/call-over-tls.ts')], {
      env: { ...process.env, NODE_EXTRA_CA_CERTS: authority },
      stdout: 'pipe',
      stderr: 'pipe',
    })
    const [printed, complaints] = await Promise.all([child.stdout.text(), child.stderr.text()])
    expect(complaints).toBe('')
    expect(JSON.parse(printed)).toEqual({
      results: {
        'model.test': ['answered', 'answered'],
        'model.test.': ['answered', 'answered'],
        'other.test': ['ERR_TLS_CERT_ALTNAME_INVALID', 'closed'],
      },
      hosts: ['model.test', 'model.test', 'model.test.', 'model.test.'],
    })
  } finally {
    await rm(directory, { recursive: true })
  }
})
