import { takeOverWorker } from '#shared/journal/take-over-worker.ts'
import { seededRandom } from '#shared/testing/seeded-random.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import { createDocumentListRepository } from '../../documents/document-list-repository.ts'
import type { Document } from '../../documents/document-schemas.ts'
import { createSegmentRepository } from '../../retrieval/segments/segment-repository.ts'
import type { IndexEngine } from '../../tables.ts'
import { startEmbeddingServer } from '../embedding-server.ts'
import type { temporaryKnowledge } from '../temporary-knowledge.ts'
import { checkBase, countStrangeHits } from './check-index.ts'
import { checkVectors, MODELS } from './check-vectors.ts'
import { type DoomedProcess, NEVER, startDoomedProcess } from './doomed-process.ts'
import { KILL_POINTS, type KillPoint, LANCE_POINTS } from './kill-points.ts'
import { type KnownDocument, writeText } from './known-documents.ts'

type Knowledge = Awaited<ReturnType<typeof temporaryKnowledge>>

/** Those that a process with this engine passes. */
const POINTS: Record<IndexEngine, readonly KillPoint[]> = {
  segments: KILL_POINTS,
  lancedb: [...KILL_POINTS.filter((point) => !point.startsWith('index file')), ...LANCE_POINTS],
}
/** A point is passed so many times at most before it kills. */
const NTH_MAX = 12
/** A process that never comes to its point is killed anyway. */
const ROUND_MS_MAX = 8_000
/** Deletions among the requests, and changes of the embedding model. */
const DELETIONS_SHARE = 0.3
const CHANGES_SHARE = 0.2

export interface KillRounds {
  baseId: string
  rounds: number
  /** Kills by the point they happened at. */
  kills: Record<KillPoint | 'no point', number>
  uploads: number
  deletions: number
  /** Changes of the embedding model that were acknowledged. */
  modelChanges: number
  /** Rounds after which searches use the vectors of another model than before. */
  switches: number
  /** Texts that models were asked for, and how many of them there are. */
  textsAsked: { all: number; distinct: number }
  /** Requests whose answer never came. */
  unknown: number
  /** Index files at the end: fewer than commits, since merges happened. */
  segments: number
  /** What is wrong at the end, one line each. */
  wrong: string[]
}

/**
 * Kills a process of the service at a random point, again and again, while documents are uploaded and deleted and the
 * embedding model is changed; lets the last one finish, and
 * compares what is there with what was acknowledged.
 */
export const runKillRounds = async (
  knowledge: Knowledge,
  options: { rounds: number; seed: number; engine?: IndexEngine; onRound?: (round: number) => void },
): Promise<KillRounds> => {
  const { engine = 'segments' } = options
  const points = POINTS[engine]
  const random = seededRandom(options.seed)
  await using server = await startEmbeddingServer(knowledge.dependencies.database, MODELS)
  const baseId = await knowledge.createBase({ engine, retrieval: { embeddingModel: 'small' } })
  const known: KnownDocument[] = []
  const result: KillRounds = {
    baseId,
    rounds: options.rounds,
    kills: {
      ...(Object.fromEntries(points.map((point) => [point, 0])) as Record<KillPoint, number>),
      'no point': 0,
    },
    ...{ uploads: 0, deletions: 0, modelChanges: 0, switches: 0, unknown: 0, segments: 0, wrong: [] },
    textsAsked: { all: 0, distinct: 0 },
  }
  let modelBefore: string | null | undefined = 'small'
  for (let round = 0; round < options.rounds; round += 1) {
    const point = points[Math.floor(random() * points.length)] ?? 'merged'
    const worker = await startDoomedProcess(knowledge, { point, nth: 1 + Math.floor(random() ** 2 * NTH_MAX) }, engine)
    await askUntilDead(worker, { baseId, known, random, result })
    result.kills[worker.killedBySelf() ? point : 'no point'] += 1
    await takeOverWorker(knowledge.databaseUrl, worker.id)
    const strange = await countStrangeHits(knowledge.dependencies, baseId)
    if (strange > 0) result.wrong.push(`after a death at "${point}" ${strange} hits are no chunks`)
    const model = (await knowledge.dependencies.bases.find(undefined, baseId))?.vectorModel
    if (model !== modelBefore) result.switches += 1
    modelBefore = model
    const vectors = await checkVectors(knowledge.dependencies, baseId)
    result.wrong.push(...vectors.map((line) => `after a death at "${point}" ${line}`))
    options.onRound?.(round + 1)
  }
  const last = await startDoomedProcess(knowledge, { point: 'merged', nth: NEVER }, engine)
  const documents = await settleAll(knowledge, baseId, known)
  await modelSettled(knowledge, baseId)
  result.wrong.push(...documents.wrong, ...(await checkBase(knowledge.dependencies, baseId, documents.alive)))
  result.wrong.push(...(await checkVectors(knowledge.dependencies, baseId)))
  for (const texts of Object.values(server.asked)) {
    result.textsAsked.all += texts.length
    result.textsAsked.distinct += new Set(texts).size
  }
  result.segments = await createSegmentRepository(knowledge.dependencies.database)
    .snapshot(baseId, -1)
    .then((snapshot) => snapshot?.segments.length ?? 0)
  await last.kill()
  return result
}

const askUntilDead = async (
  worker: DoomedProcess,
  run: { baseId: string; known: KnownDocument[]; random: () => number; result: KillRounds },
): Promise<void> => {
  const { known, random, result } = run
  const endsMs = performance.now() + ROUND_MS_MAX
  while (!worker.isDead() && performance.now() < endsMs) {
    const deletable = known.filter(({ id, deletion }) => id !== undefined && deletion === 'none')
    const victim = random() < DELETIONS_SHARE ? deletable[Math.floor(random() * deletable.length)] : undefined
    const answered = await (victim
      ? remove(worker, victim, result)
      : random() < CHANGES_SHARE
        ? changeModel(worker, run)
        : upload(worker, run))
    if (answered) continue
    result.unknown += 1
    await worker.death(ROUND_MS_MAX)
  }
  if (!worker.isDead()) await worker.kill()
}

const upload = async (
  worker: DoomedProcess,
  {
    baseId,
    known,
    random,
    result,
  }: { baseId: string; known: KnownDocument[]; random: () => number; result: KillRounds },
): Promise<boolean> => {
  const text = writeText(known.length, random)
  const document: KnownDocument = { text, id: undefined, upload: 'unknown', deletion: 'none' }
  known.push(document)
  const form = new FormData()
  form.set('file', new File([text], `document${known.length}.txt`))
  const answer = await send(worker, `/api/bases/${baseId}/documents`, { method: 'POST', body: form })
  if (!answer) return false
  document.id = (answer.body as Document).id
  document.upload = 'done'
  result.uploads += 1
  return true
}

const remove = async (worker: DoomedProcess, document: KnownDocument, result: KillRounds): Promise<boolean> => {
  const answer = await send(worker, `/api/documents/${document.id}`, { method: 'DELETE' })
  document.deletion = answer ? 'done' : 'unknown'
  if (answer) result.deletions += 1
  return answer !== undefined
}

const changeModel = async (
  worker: DoomedProcess,
  { baseId, result }: { baseId: string; result: KillRounds },
): Promise<boolean> => {
  const embeddingModel = result.modelChanges % 2 === 0 ? 'large' : 'small'
  const answer = await send(worker, `/api/bases/${baseId}`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ retrieval: { embeddingModel } }),
  })
  if (answer) result.modelChanges += 1
  return answer !== undefined
}

const modelSettled = (knowledge: Knowledge, baseId: string) =>
  waitFor(
    async () => {
      const base = await knowledge.dependencies.bases.find(undefined, baseId)
      return base?.vectorModel === base?.retrieval.embeddingModel ? base : undefined
    },
    { what: 'the last change of the embedding model to end', timeoutMs: 60_000 },
  )

/** Undefined when the process died before its answer was whole. Throws for a refusal. */
const send = async (worker: DoomedProcess, path: string, init: RequestInit) => {
  const answer = await worker.ask(path, init)
  if (answer && answer.status >= 400) {
    throw new Error(`${init.method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
  }
  return answer
}

/** Waits until each document that must be there has been read; tells which are there and which are wrong. */
const settleAll = async (knowledge: Knowledge, baseId: string, known: readonly KnownDocument[]) => {
  const { list } = createDocumentListRepository(knowledge.dependencies.database)
  const textOf = new Map(known.map((document) => [hashOf(document.text), document]))
  const rows = await waitFor(
    async () => {
      const all = await list(baseId, { limit: 100_000 })
      return all.every(({ state }) => state === 'ready' || state === 'failed') ? all : undefined
    },
    { what: 'every document to be read', timeoutMs: 120_000 },
  )
  const wrong = rows
    .filter(({ state }) => state === 'failed')
    .map(({ id, failureCode }) => `document ${id} failed: ${failureCode}`)
  const there = new Set(rows.map(({ id }) => id))
  for (const { id, upload: uploaded, deletion } of known) {
    if (id === undefined || uploaded !== 'done') continue
    if (deletion === 'none' && !there.has(id)) wrong.push(`document ${id} was acknowledged and is gone`)
    if (deletion === 'done' && there.has(id)) wrong.push(`document ${id} was deleted and is there`)
  }
  const alive = rows.flatMap((row) => {
    const document = textOf.get(row.contentHash ?? '')
    if (!document) wrong.push(`document ${row.id} was never uploaded`)
    return document ? [{ row, text: document.text }] : []
  })
  return { alive, wrong }
}

const hashOf = (text: string): string => new Bun.CryptoHasher('sha256').update(text).digest('hex')
