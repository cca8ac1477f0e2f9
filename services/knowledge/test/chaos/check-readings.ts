import { createDocumentListRepository } from '../../documents/document-list-repository.ts'
import { makeChunks } from '../../ingestion/make-chunks.ts'
import { createPageRepository } from '../../ingestion/page-repository.ts'
import type { BaseRow, DocumentRow } from '../../tables.ts'
import type { temporaryKnowledge } from '../temporary-knowledge.ts'
import { readFile } from './reading-documents.ts'
import type { ReadDocument } from './reading-rounds.ts'

type Knowledge = Awaited<ReturnType<typeof temporaryKnowledge>>

const ROWS_MAX = 100_000

/**
 * What is wrong with documents that were read, given new versions and edited: each has the content that it was given last, the chunks that this gives, with
 * every edit once in place of what it was made of, and the index finds exactly these. One line each.
 */
export const checkReadings = async (
  knowledge: Knowledge,
  { baseId, documents }: { baseId: string; documents: readonly ReadDocument[] },
): Promise<string[]> => {
  const { database, bases } = knowledge.dependencies
  const base = await bases.find(undefined, baseId)
  if (!base) return [`base ${baseId} is gone`]
  const rows = await createDocumentListRepository(database).list(baseId, { limit: ROWS_MAX })
  const byId = new Map(rows.map((row) => [row.id, row]))
  const wrong: string[] = []
  for (const document of documents) {
    const row = byId.get(document.id)
    if (!row) wrong.push(`document ${document.id} was acknowledged and is gone`)
    else wrong.push(...(await checkDocument(knowledge, { base, row, document })))
  }
  return wrong
}

const checkDocument = async (
  knowledge: Knowledge,
  { base, row, document }: { base: BaseRow; row: DocumentRow; document: ReadDocument },
): Promise<string[]> => {
  const { chunks, index, files, database } = knowledge.dependencies
  const say = (what: string) => `document ${row.id} (${row.name}): ${what}`
  if (row.state !== 'ready') return [say(`is ${row.state}: ${row.failureCode} ${row.failureReason}`)]
  const lastAnswered = document.contents.findLastIndex(({ answered }) => answered)
  const content = document.contents.slice(lastAnswered).find(({ hash }) => hash === row.contentHash)
  if (!content) return [say('has another content than it was given last')]

  const wrong: string[] = []
  const text = await readFile(await files.localPath(content.hash), content.file)
  const failed = text.failedPages.map(({ page }) => page)
  const told = (await createPageRepository(database).of(row.id, content.hash)).filter(({ state }) => state === 'failed')
  if (
    !Bun.deepEquals(
      told.map(({ page }) => page),
      failed,
    ) ||
    row.failedPages !== failed.length
  ) {
    wrong.push(say(`tells of ${told.length} failed pages (${row.failedPages}), ${failed.length} fail`))
  }

  const found = await chunks.listOf(row.id, { limit: ROWS_MAX })
  const made = makeChunks(text, base.splitting).map((chunk) => chunk.content)
  const expected = withEdits(
    made,
    found.map((chunk) => chunk.content),
    document,
  )
  wrong.push(...expected.wrong.map(say))
  const rest = found.filter(({ content: each }) => !expected.edits.has(each)).map((chunk) => chunk.content)
  if (!Bun.deepEquals(rest, expected.rest))
    wrong.push(say(`has ${rest.length} chunks, ${expected.rest.length} were made`))
  if (row.chunkCount !== found.length) wrong.push(say(`counts ${row.chunkCount} chunks of ${found.length}`))
  if (new Set(found.map(({ key }) => key)).size !== found.length) wrong.push(say('has a key twice'))

  // A word of each chunk finds it, and nothing else of the document is found.
  const hits = await index.search({
    baseIds: [base.id],
    text: found.map((chunk) => chunk.content.slice(0, 60)).join(' '),
    limit: ROWS_MAX,
    documentNumbers: new Set([row.number]),
  })
  const ids = hits.map(({ chunkId }) => chunkId).sort((a, b) => a - b)
  const wanted = found.map(({ id }) => id).sort((a, b) => a - b)
  if (!Bun.deepEquals(ids, wanted)) wrong.push(say(`the index finds ${ids.length} chunks of ${wanted.length}`))
  return wrong
}

/** The chunks that have to be there beside the edited ones, which of those are there, and which acknowledged ones are not, or twice. */
const withEdits = (made: readonly string[], found: readonly string[], { edits }: ReadDocument) => {
  const wrong: string[] = []
  const rest = [...made]
  const there = new Set<string>()
  for (const { source, content, answered } of edits) {
    const count = found.filter((each) => each === content).length
    if (count > 1 || (answered && count === 0)) wrong.push(`an edit is there ${count} times`)
    if (count === 0) continue
    there.add(content)
    const covered = rest.indexOf(source)
    if (covered >= 0) rest.splice(covered, 1)
  }
  return { rest, edits: there, wrong }
}
