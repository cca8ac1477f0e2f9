/** The programs that a supervisor really starts can be bundled, whatever their packages do. */
import { expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { waitFor } from '#shared/testing/wait-for.ts'
import { buildBundle } from './build-bundle.ts'
import { fileOf } from './bundle-manifest.ts'

test('workers and gateways can be bundled, and their bundles run to where they ask for their assignment', async () => {
  const place = mkdtempSync(join(tmpdir(), 'bundle-'))
  const root = resolve(import.meta.dir, '../../..')
  const programs = ['services/main.ts', 'supervisor/gateway/main.ts'].map((path) => ({
    source: join(root, path),
    without: [],
  }))
  try {
    const built = await waitFor(
      async () => {
        const manifest = await buildBundle({ place, root, programs })
        return manifest === 'changed' ? undefined : manifest
      },
      { what: 'a bundle of sources that nobody writes to', timeoutMs: 60_000 },
    )
    for (const program of programs) {
      const env = { BUN_CONFIG_MAX_HTTP_REQUESTS: '65535' }
      const { stderr } = Bun.spawnSync([process.execPath, fileOf(built, program) ?? ''], { cwd: place, env })
      expect(stderr.toString()).toContain('this program is started by the supervisor')
      expect(stderr.toString()).toContain(join(root, 'shared/worker-protocol/worker-assignment.ts')) // a stack names the source
    }
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}, 120_000)
