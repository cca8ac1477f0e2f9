/**
 * Kinds of routes whose times are worth telling apart, few enough to be a label of a metric: what clients of the original services use, our own
 * management API, calls between our processes, and the pages of the console.
 */
export type RouteClass = 'wire' | 'management' | 'internal' | 'page'

const PAGE = /^\/(assets\/.*|swagger.*|favicon.*|openapi\.json)?$/

/** @param path of the URL, without its query */
export const routeClassOf = (path: string): RouteClass => {
  if (path.startsWith('/api/')) return path.startsWith('/api/v1/') ? 'wire' : 'management'
  if (path.startsWith('/internal/')) return 'internal'
  return PAGE.test(path) ? 'page' : 'wire'
}
