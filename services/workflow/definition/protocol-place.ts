/** How much of an id or a path is shown: both are the author's, and may be of any length. */
const SHOWN_CHARS_MAX = 200

/**
 * Where something stands in a protocol, for people: `node message::1, data.nodeParam.template`, `edge 3, sourceHandle`, or the bare path.
 * @param path keys and indexes from the envelope on
 */
export const placeInProtocol = (path: readonly string[], protocol: unknown): string => {
  const [data, list, index, ...rest] = path
  if (data !== 'data' || index === undefined) return shorten(path.join('.')) || 'the protocol'
  const field = rest.length > 0 ? `, ${shorten(rest.join('.'))}` : ''
  if (list === 'edges') return `edge ${shorten(index)}${field}`
  if (list !== 'nodes') return shorten(path.join('.'))
  return `node ${nameOfNode(protocol, index)}${field}`
}

/** Its id; without one, its place in the list. */
const nameOfNode = (protocol: unknown, index: string): string => {
  const id = read(read(read(read(protocol, 'data'), 'nodes'), index), 'id')
  return typeof id === 'string' && id !== '' ? shorten(id) : `number ${index}`
}

const read = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined

const shorten = (text: string): string => (text.length > SHOWN_CHARS_MAX ? `${text.slice(0, SHOWN_CHARS_MAX)}…` : text)
