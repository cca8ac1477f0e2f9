import { STATUS_CODES } from 'node:http'

/** The usual text of a status; readers must not depend on it (RFC 9110, section 15). */
export const reasonOf = (status: number): string => STATUS_CODES[status] ?? 'Unknown'
