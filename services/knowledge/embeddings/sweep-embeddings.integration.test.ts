import { expect, test } from 'bun:test'
import postgres from 'postgres'
import { connectionOptions } from '#shared/postgres/connect.ts'
import { startEmbeddingServer } from '../test/embedding-server.ts'
import { temporaryKnowledge } from '../test/temporary-knowledge.ts'
import { sweepEmbeddings } from './sweep-embeddings.ts'

const NEVER = new AbortController().signal

test('vectors of texts that are gone stay for a day, those of models that are not used do not, and no other is swept', async () => {
  await using knowledge = await temporaryKnowledge({ claim: false })
  const { database } = knowledge.dependencies
  const sql = postgres({ ...connectionOptions(knowledge.databaseUrl), max: 1 })
  await using server = await startEmbeddingServer(database, { small: 16 })
  const baseId = await knowledge.createBase({ retrieval: { embeddingModel: 'small' } })
  const save = (contents: string[]) =>
    knowledge.wire('chunks/save', {
      docId: 'd',
      group: baseId,
      chunks: contents.map((content, index) => ({ dataIndex: String(index), content })),
      ragType: 'AIUI-RAG2',
    })
  const stored = async () => {
    const rows = await sql<{ model: string }[]>`select model from knowledge_embeddings order by model`
    return rows.map(({ model }) => model)
  }
  await save(['comet', 'planet', 'dust'])
  await save(['star', 'planet', 'dust'])
  await sql`insert into knowledge_embeddings (base_id, model, text_hash, vector)
    select base_id, 'left', text_hash, vector from knowledge_embeddings`
  expect(await sweepEmbeddings({ database }, NEVER)).toBe(4)
  expect(await stored()).toEqual(['small', 'small', 'small', 'small'])

  await sql`update knowledge_embeddings set created_at = now() - interval '25 hours'`
  // What comes back in time is new again, and costs nothing.
  await save(['comet', 'planet', 'star'])
  await save(['star', 'planet', 'moon'])
  expect(await sweepEmbeddings({ database }, NEVER)).toBe(1)
  expect(await stored()).toEqual(['small', 'small', 'small', 'small'])
  expect(server.asked.small?.toSorted()).toEqual(['comet', 'dust', 'moon', 'planet', 'star'])
  await sql.end()
}, 120_000)
