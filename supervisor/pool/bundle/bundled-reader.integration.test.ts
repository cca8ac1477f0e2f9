import { expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { makeDocx, paragraph } from '#shared/documents/corpus/office-file.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import { buildBundle } from './build-bundle.ts'

test('a bundled program finds the process that reads documents for it', async () => {
  const place = mkdtempSync(join(tmpdir(), 'bundle-'))
  const root = resolve(import.meta.dir, '../../..')
  const program = join(root, 'supervisor/pool/fixtures/document-program.ts')
  try {
    const built = await waitFor(
      async () => {
        const manifest = await buildBundle({ place, root, programs: [{ source: program, without: [] }] })
        return manifest === 'changed' ? undefined : manifest
      },
      { what: 'a bundle of sources that nobody writes to', timeoutMs: 60_000 },
    )
    const document = join(place, 'comets')
    await Bun.write(document, makeDocx(paragraph('Comets return.')))
    const { stdout, stderr } = Bun.spawnSync(
      [process.execPath, built.programs.find(({ source }) => source === program)?.file ?? '', document],
      {
        cwd: place,
        env: {},
      },
    )
    expect({ text: stdout.toString(), errors: stderr.toString() }).toEqual({ text: 'Comets return.', errors: '' })
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}, 120_000)
