import { FlowProtocolError } from './flow-protocol-error.ts'
import {
  PROTOCOL_CHARS_MAX,
  PROTOCOL_DEPTH_MAX,
  PROTOCOL_EDGES_MAX,
  PROTOCOL_NODES_MAX,
  PROTOCOL_TEXT_CHARS_MAX,
  PROTOCOL_VALUES_MAX,
} from './protocol-limits.ts'
import { placeInProtocol } from './protocol-place.ts'

/** A value with the keys that lead to it, as a list that its children share. */
interface Visit {
  value: unknown
  depth: number
  key: string
  parent: Visit | undefined
}

/**
 * Refuses a protocol that is too large or too deep to be looked at. Comes before everything else that walks it, and needs no stack itself.
 * Throws FlowProtocolError.
 */
export const checkProtocolSize = (protocol: unknown): void => {
  checkLists(protocol)
  const open: Visit[] = [{ value: protocol, depth: 0, key: '', parent: undefined }]
  const seen = { values: 0, chars: 0 }
  for (let visit = open.pop(); visit; visit = open.pop()) {
    const refuse = (reason: string) => new FlowProtocolError(`${placeInProtocol(pathOf(visit), protocol)}: ${reason}`)
    seen.values += 1
    if (seen.values > PROTOCOL_VALUES_MAX) {
      throw new FlowProtocolError(`the protocol holds more than ${PROTOCOL_VALUES_MAX} values`)
    }
    const { value, depth } = visit
    if (typeof value === 'string' && value.length > PROTOCOL_TEXT_CHARS_MAX) {
      throw refuse(`the text is longer than ${PROTOCOL_TEXT_CHARS_MAX} characters`)
    }
    seen.chars += charsOf(visit)
    if (seen.chars > PROTOCOL_CHARS_MAX) {
      throw new FlowProtocolError(`the protocol is longer than ${PROTOCOL_CHARS_MAX} characters`)
    }
    if (typeof value !== 'object' || value === null) continue
    if (depth >= PROTOCOL_DEPTH_MAX) throw refuse(`it is nested deeper than ${PROTOCOL_DEPTH_MAX}`)
    for (const [key, child] of Object.entries(value)) open.push({ value: child, depth: depth + 1, key, parent: visit })
  }
}

const charsOf = ({ value, key }: Visit): number => key.length + (typeof value === 'string' ? value.length : 0)

/** Their kind is looked at here already, because the reader of values would take anything else for a list of one. */
const checkLists = (protocol: unknown): void => {
  const data = (protocol as { data?: { nodes?: unknown; edges?: unknown } | null } | null | undefined)?.data
  const check = (list: unknown, name: string, max: number): void => {
    if (list === undefined) return
    if (!Array.isArray(list)) throw new FlowProtocolError(`data.${name}: it is no list`)
    if (list.length > max) {
      throw new FlowProtocolError(`data.${name}: there are ${list.length}, and at most ${max} are allowed`)
    }
  }
  check(data?.nodes, 'nodes', PROTOCOL_NODES_MAX)
  check(data?.edges, 'edges', PROTOCOL_EDGES_MAX)
}

const pathOf = (visit: Visit): string[] => {
  const path: string[] = []
  for (let at: Visit | undefined = visit; at?.parent; at = at.parent) path.unshift(at.key)
  return path
}
