import { expect, test } from 'bun:test'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

const root = resolve(import.meta.dir, '../..')

/** One violation of each rule: the rule's name, the file that breaks it, and what it may not import. */
const violations: Record<string, { file: string; text: string }> = {
  'shared-stands-alone': { file: 'shared/queue/queue.ts', text: "import '../../supervisor/pool/pool.ts'" },
  'services-meet-at-contracts': { file: 'services/agent/ask.ts', text: "import '../knowledge/search.ts'" },
  'supervisor-knows-no-business': {
    file: 'supervisor/pool/start.ts',
    text: "import '../../services/agent/contract.ts'",
  },
  'sql-lives-in-repositories': { file: 'services/agent/rule.ts', text: "import 'drizzle-orm'" },
  'http-lives-at-the-edge': { file: 'services/agent/loop.ts', text: "import 'elysia'" },
  'engine-knows-no-nodes': { file: 'services/workflow/engine/run.ts', text: "import '../nodes/end-node.ts'" },
  'tables-have-one-owner': { file: 'services/agent/row-repository.ts', text: "import '../../shared/models/tables.ts'" },
  'no-circles': { file: 'shared/time/clock.ts', text: "import './now.ts'" },
}

/** What the planted files point at, and neighbours that break nothing. */
const innocent: Record<string, string> = {
  'supervisor/pool/pool.ts': '',
  'services/knowledge/search.ts': '',
  'services/agent/contract.ts': '',
  'services/agent/agent-repository.ts': "import 'drizzle-orm'",
  'services/agent/agent-routes.ts': "import 'elysia'\nimport '#contracts/knowledge'",
  'services/knowledge/contract.ts': '',
  'services/workflow/nodes/end-node.ts': '',
  'shared/models/tables.ts': '',
  'shared/models/model-repository.ts': "import './tables.ts'",
  'shared/time/now.ts': "import './clock.ts'",
}

const cruise = (files: Record<string, string>): string[] => {
  const folder = mkdtempSync(join(tmpdir(), 'import-rules-'))
  try {
    for (const name of ['package.json', 'tsconfig.json', '.dependency-cruiser.cjs']) {
      cpSync(join(root, name), join(folder, name))
    }
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, file)), { recursive: true })
      writeFileSync(join(folder, file), `${text}\nexport const name = '${file}'\n`)
    }
    const command = [
      join(root, 'node_modules/.bin/depcruise'),
      'supervisor',
      'services',
      'shared',
      '--output-type',
      'json',
    ]
    const { stdout } = Bun.spawnSync([...command, '--config', '.dependency-cruiser.cjs'], { cwd: folder })
    const report = JSON.parse(stdout.toString()) as { summary: { violations: { rule: { name: string } }[] } }
    return [...new Set(report.summary.violations.map(({ rule }) => rule.name))].sort()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

test('an arrow against each direction is reported by the rule that forbids it', () => {
  const planted = Object.fromEntries(Object.values(violations).map(({ file, text }) => [file, text]))
  expect(cruise({ ...innocent, ...planted })).toEqual(Object.keys(violations).sort())
})

test('arrows along the directions are not reported', () => {
  expect(cruise({ ...innocent, 'shared/time/clock.ts': '' })).toEqual([])
})
