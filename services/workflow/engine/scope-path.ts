/** Path of the flow itself. */
export const ROOT_SCOPE = ''

const VISIBLE = '#'
const HIDDEN = '~'
const SEPARATOR = '/'

/**
 * Path of one round of a container node: `<node id>#<round>` of an iteration or a loop, `<node id>~<round>` of a sub-flow, below the path of the
 * scope that the node is in. Node ids may hold any character, so those with a meaning here are escaped.
 */
export const innerScope = (outer: string, nodeId: string, round: { key: string; isSubFlow: boolean }): string => {
  const segment = `${escapeId(nodeId)}${round.isSubFlow ? HIDDEN : VISIBLE}${round.key}`
  return outer === ROOT_SCOPE ? segment : `${outer}${SEPARATOR}${segment}`
}

const escapeId = (nodeId: string): string =>
  nodeId.replaceAll(/[%#~/]/g, (character) => `%${character.charCodeAt(0).toString(16)}`)

/** Whether a scope belongs to a sub-flow, whose nodes the run's caller does not see. */
export const isInSubFlow = (scope: string | undefined): boolean => scope?.includes(HIDDEN) === true

/** Path of the innermost sub-flow that a scope belongs to; '' when it belongs to the flow itself. Texts are put in order for each of them. */
export const subFlowOf = (scope: string): string => {
  const mark = scope.lastIndexOf(HIDDEN)
  if (mark < 0) return ROOT_SCOPE
  const end = scope.indexOf(SEPARATOR, mark)
  return end < 0 ? scope : scope.slice(0, end)
}

/** How many rounds are around a scope. */
export const depthOf = (scope: string): number => (scope === ROOT_SCOPE ? 0 : scope.split(SEPARATOR).length)

/** The container node whose round a scope is, and the scope that this node is in. Undefined for the flow itself. */
export const parentOf = (scope: string): { scope: string; nodeId: string } | undefined => {
  if (scope === ROOT_SCOPE) return undefined
  const cut = scope.lastIndexOf(SEPARATOR)
  const segment = scope.slice(cut + 1)
  const nodeId = segment.slice(0, Math.max(segment.indexOf(VISIBLE), segment.indexOf(HIDDEN)))
  return { scope: cut < 0 ? ROOT_SCOPE : scope.slice(0, cut), nodeId: decodeURIComponent(nodeId) }
}
