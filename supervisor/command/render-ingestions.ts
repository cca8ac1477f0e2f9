import { type Static, Type } from '@sinclair/typebox'
import { renderDuration } from './human-units.ts'
import { renderTable } from './text-table.ts'

/** What the knowledge service says of documents that are being read, as far as it is shown. */
export const IngestionsAnswer = Type.Object({
  ingestions: Type.Array(
    Type.Object({
      documentId: Type.String(),
      baseId: Type.Union([Type.String(), Type.Null()]),
      appId: Type.String(),
      name: Type.String(),
      progress: Type.Object({
        phase: Type.String(),
        pagesRead: Type.Integer(),
        pageCount: Type.Union([Type.Integer(), Type.Null()]),
        failedPages: Type.Integer(),
        pagesPerSecond: Type.Union([Type.Number(), Type.Null()]),
        secondsLeft: Type.Union([Type.Integer(), Type.Null()]),
      }),
    }),
  ),
  nextAfter: Type.Union([Type.String(), Type.Null()]),
})
export type IngestionsAnswer = Static<typeof IngestionsAnswer>

const BAR_CHARACTERS = 20
const NAME_CHARACTERS_MAX = 40
const NOT_KNOWN = '-'

/** One line a document. Pure. */
export const renderIngestions = ({ ingestions, nextAfter }: IngestionsAnswer): string => {
  if (ingestions.length === 0) return 'No document is being read.\n'
  const table = renderTable(
    ['DOCUMENT', 'BASE', 'PHASE', 'PAGES', 'DONE', 'PACE', 'LEFT', 'FAILED'],
    ingestions.map(({ name, baseId, progress }) => [
      shorten(name),
      baseId ?? NOT_KNOWN,
      progress.phase,
      progress.pageCount === null ? String(progress.pagesRead) : `${progress.pagesRead}/${progress.pageCount}`,
      renderBar(progress),
      progress.pagesPerSecond === null ? NOT_KNOWN : `${progress.pagesPerSecond} pages/s`,
      progress.secondsLeft === null ? NOT_KNOWN : renderDuration(progress.secondsLeft * 1_000),
      progress.failedPages,
    ]),
  )
  return nextAfter === null ? table : `${table}… and more.\n`
}

const renderBar = ({ pagesRead, pageCount }: { pagesRead: number; pageCount: number | null }): string => {
  if (pageCount === null || pageCount === 0) return NOT_KNOWN
  const share = Math.min(1, pagesRead / pageCount)
  const full = Math.floor(share * BAR_CHARACTERS)
  return `${'#'.repeat(full)}${'.'.repeat(BAR_CHARACTERS - full)} ${Math.floor(share * 100)}%`
}

const shorten = (name: string): string =>
  name.length > NAME_CHARACTERS_MAX ? `${name.slice(0, NAME_CHARACTERS_MAX - 1)}…` : name
