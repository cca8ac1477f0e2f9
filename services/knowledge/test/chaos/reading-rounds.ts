import { takeOverWorker } from '#shared/journal/take-over-worker.ts'
import { createModelRepository } from '#shared/models/model-repository.ts'
import { seededRandom } from '#shared/testing/seeded-random.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import type { Document } from '../../documents/document-schemas.ts'
import type { temporaryKnowledge } from '../temporary-knowledge.ts'
import { countStrangeHits } from './check-index.ts'
import { checkReadings } from './check-readings.ts'
import { type DoomedProcess, NEVER, startDoomedProcess } from './doomed-process.ts'
import { INGESTION_POINTS, type KillPoint } from './kill-points.ts'
import { type MadeFile, makeFile, makeVersion, startPictureModel } from './reading-documents.ts'

type Knowledge = Awaited<ReturnType<typeof temporaryKnowledge>>

const POINTS: readonly KillPoint[] = [
  ...INGESTION_POINTS,
  'upload durable',
  'index file durable',
  'transaction begun',
  'before commit',
  'after commit',
]
/** A point is passed so many times at most before it kills. */
const NTH_MAX = 8
/** A process that never comes to its point is killed anyway. */
const ROUND_MS_MAX = 8_000
/** Between two requests, so that there is something to read again and to edit. */
const PAUSE_MS = 20

/** A content that a document was given; the answer may not have come. */
export interface GivenContent {
  file: MadeFile
  hash: string
  answered: boolean
}

/** A chunk that a person changed. */
export interface GivenEdit {
  source: string
  content: string
  answered: boolean
}

export interface ReadDocument {
  id: string
  contents: GivenContent[]
  edits: GivenEdit[]
}

export interface ReadingRounds {
  kills: Record<string, number>
  uploads: number
  versions: number
  edits: number
  retries: number
  /** Requests whose answer never came. */
  unknown: number
  /** Pictures that a model read, and how often it was asked for one again. */
  pictures: number
  askedAgain: number
  /** One line each. */
  wrong: string[]
  /** What was acknowledged. */
  documents: ReadDocument[]
}

interface Game {
  knowledge: Knowledge
  baseId: string
  random: () => number
  documents: ReadDocument[]
  result: ReadingRounds
  /** Counts files, so that none is like another. */
  made: number
}

/**
 * Kills a process of the service at random points of ingestion, again and again, while documents are uploaded, get new versions, are edited chunk by
 * chunk and read again; lets the last one finish, and compares what is there with what was acknowledged.
 */
export const runReadingRounds = async (
  knowledge: Knowledge,
  options: { rounds: number; seed: number; onRound?: (round: number) => void },
): Promise<ReadingRounds> => {
  await using model = await startPictureModel()
  const row = { name: 'eyes', provider: 'openai' as const, modelId: 'eyes-1', url: model.url }
  await createModelRepository(knowledge.dependencies.database).insert(row)
  const baseId = await knowledge.createBase({ ocrModel: 'eyes' })
  const result: ReadingRounds = {
    kills: Object.fromEntries([...POINTS, 'no point'].map((point) => [point, 0])),
    ...{ uploads: 0, versions: 0, edits: 0, retries: 0, unknown: 0, pictures: 0, askedAgain: 0, wrong: [] },
    documents: [],
  }
  const game: Game = {
    knowledge,
    baseId,
    random: seededRandom(options.seed),
    documents: result.documents,
    result,
    made: 0,
  }
  for (let round = 0; round < options.rounds; round += 1) {
    const point = POINTS[Math.floor(game.random() * POINTS.length)] ?? 'after commit'
    const nth = 1 + Math.floor(game.random() ** 2 * NTH_MAX)
    const process = await startDoomedProcess(knowledge, { point, nth })
    await askUntilDead(process, game)
    const cause = process.killedBySelf() ? point : 'no point'
    result.kills[cause] = (result.kills[cause] ?? 0) + 1
    await takeOverWorker(knowledge.databaseUrl, process.id)
    const strange = await countStrangeHits(knowledge.dependencies, baseId)
    if (strange > 0) result.wrong.push(`after a death at "${point}" ${strange} hits are no chunks`)
    options.onRound?.(round + 1)
  }
  const last = await startDoomedProcess(knowledge, { point: 'after commit', nth: NEVER })
  await waitFor(async () => (await unfinished(last)) === 0, { what: 'everything to be read', timeoutMs: 240_000 })
  result.wrong.push(...(await checkReadings(knowledge, { baseId, documents: game.documents })))
  await last.kill()
  result.pictures = model.seen.size
  result.askedAgain = [...model.seen.values()].reduce((sum, count) => sum + count - 1, 0)
  return result
}

const unfinished = async (process: DoomedProcess): Promise<number> => {
  const answer = await process.ask('/api/ingestions')
  return (answer?.body as { ingestions?: unknown[] } | undefined)?.ingestions?.length ?? -1
}

const askUntilDead = async (process: DoomedProcess, game: Game): Promise<void> => {
  const endsMs = performance.now() + ROUND_MS_MAX
  while (!process.isDead() && performance.now() < endsMs) {
    const known = game.documents[Math.floor(game.random() * game.documents.length)]
    const dice = game.random()
    const answered = await (!known || dice < 0.35
      ? upload(process, game)
      : dice < 0.55
        ? replace(process, game, known)
        : dice < 0.8
          ? edit(process, game, known)
          : retry(process, game, known))
    if (!answered) {
      game.result.unknown += 1
      await process.death(ROUND_MS_MAX)
    }
    await process.death(PAUSE_MS)
  }
  if (!process.isDead()) await process.kill()
}

const formOf = (file: MadeFile) => {
  const form = new FormData()
  form.set('file', new File([file.bytes], file.name))
  return form
}
const hashOf = (bytes: Uint8Array): string => new Bun.CryptoHasher('sha256').update(bytes).digest('hex')

/** Throws for a refusal that nothing explains. */
const check = (answer: { status: number; body: unknown }, allowed: readonly number[]) => {
  if (!allowed.includes(answer.status)) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`)
}

const upload = async (process: DoomedProcess, game: Game): Promise<boolean> => {
  game.made += 1
  const file = makeFile(game.made, game.random() < 0.25 ? 'pdf' : 'text', game.random)
  const path = `/api/bases/${game.baseId}/documents`
  const answer = await process.ask(path, { method: 'POST', body: formOf(file) })
  if (!answer) return false
  check(answer, [202])
  const { id } = answer.body as Document
  game.documents.push({ id, contents: [{ file, hash: hashOf(file.bytes), answered: true }], edits: [] })
  game.result.uploads += 1
  return true
}

const replace = async (process: DoomedProcess, game: Game, document: ReadDocument): Promise<boolean> => {
  game.made += 1
  const before = document.contents.findLast(({ answered }) => answered)?.file
  if (!before) return true
  const file = makeVersion(before, game.made, game.random)
  const content: GivenContent = { file, hash: hashOf(file.bytes), answered: false }
  document.contents.push(content)
  const path = `/api/documents/${document.id}/file`
  const answer = await process.ask(path, { method: 'PUT', body: formOf(file) })
  if (!answer) return false
  check(answer, [200, 202])
  content.answered = true
  game.result.versions += 1
  return true
}

const edit = async (process: DoomedProcess, game: Game, document: ReadDocument): Promise<boolean> => {
  const path = `/api/documents/${document.id}/chunks`
  const listed = await process.ask(path)
  if (!listed) return false
  const { chunks } = listed.body as { chunks: { id: string; content: string; origin: string; version: string }[] }
  const chunk = chunks.filter(({ origin }) => origin === 'document')[Math.floor(game.random() * chunks.length)]
  if (!chunk) return true
  const given: GivenEdit = {
    source: chunk.content,
    content: `edited${game.result.edits + game.result.unknown} ${crypto.randomUUID()} ${chunk.content.slice(0, 80)}`,
    answered: false,
  }
  document.edits.push(given)
  const answer = await process.ask(`${path}/${chunk.id}`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ content: given.content, version: chunk.version }),
  })
  if (!answer) return false
  check(answer, [200, 404, 409, 503])
  // Somebody was faster: nothing was changed.
  if (answer.status !== 200) document.edits.pop()
  else game.result.edits += 1
  given.answered = true
  return true
}

const retry = async (process: DoomedProcess, game: Game, document: ReadDocument): Promise<boolean> => {
  const isPage = game.random() < 0.3
  const answer = await process.ask(`/api/documents/${document.id}/retry`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(isPage ? { pages: [1] } : {}),
  })
  if (!answer) return false
  check(answer, [200, 202, 422])
  if (answer.status === 202) game.result.retries += 1
  return true
}
