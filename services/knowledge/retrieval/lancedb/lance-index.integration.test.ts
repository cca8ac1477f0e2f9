import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger } from '#shared/logging/logger.ts'
import { installedLancedb } from '../../test/installed-lancedb.ts'
import { describeKnowledgeIndex } from '../../test/knowledge-index-behaviour.ts'
import { createLanceIndex } from './lance-index.ts'

describeKnowledgeIndex('lancedb', async () => {
  const { find } = await installedLancedb()
  const folder = await mkdtemp(join(tmpdir(), 'orrery-lancedb-'))
  return {
    open: async (database) => createLanceIndex({ database, folder, find, logger: silentLogger }),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
})
