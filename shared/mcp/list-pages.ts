import { McpAnswerInvalidError, McpTooLargeError } from './errors.ts'

/** Pages of one listing, and entries on all of them. */
export const PAGES_MAX = 200
export const ENTRIES_MAX = 10_000

/**
 * All entries of a paged listing. Throws McpTooLargeError when there are too many, and McpAnswerInvalidError when a page leads back to an earlier one.
 * @param ask for one page: its entries and the cursor of the next
 */
export const listPages = async <Entry>(
  server: string,
  ask: (cursor: string | undefined) => Promise<{ entries: Entry[]; nextCursor: string | undefined }>,
): Promise<Entry[]> => {
  const all: Entry[] = []
  const cursors = new Set<string>()
  let cursor: string | undefined
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const { entries, nextCursor } = await ask(cursor)
    all.push(...entries)
    if (all.length > ENTRIES_MAX) throw new McpTooLargeError(server, `a listing of more than ${ENTRIES_MAX} entries`)
    if (nextCursor === undefined) return all
    if (cursors.has(nextCursor)) throw new McpAnswerInvalidError(server, 'a listing whose pages lead in a circle')
    cursors.add(nextCursor)
    cursor = nextCursor
  }
  throw new McpTooLargeError(server, `a listing of more than ${PAGES_MAX} pages`)
}
