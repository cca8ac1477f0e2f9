import { AgentRevisionStaleError } from '../errors.ts'

/** A draft's revision as an entity tag (RFC 9110, section 8.8.3). */
export const formatRevision = (revision: number): string => `"${revision}"`

/**
 * Throws AgentRevisionStaleError when the request says, by If-Match, which draft it was made for and that is not the current one. Without the
 * header, and with `*`, any will do. Pure.
 */
export const requireRevision = (headers: Headers, current: number): void => {
  const header = headers.get('if-match')?.trim()
  if (!header || header === '*') return
  const tags = header.split(',').map((tag) => tag.trim().replace(/^W\//, '').replaceAll('"', ''))
  if (!tags.includes(String(current))) throw new AgentRevisionStaleError(header, current)
}
