import { waitFor } from '#shared/testing/wait-for.ts'
import { METHODS, type OpenApiDocument, type Operation } from '../openapi/open-api-document.ts'

/** One operation of the document that describes the whole system. */
export interface DescribedRoute {
  /** `METHOD /path/{name}` */
  name: string
  method: string
  path: string
  operation: Operation
}

export const fetchDescribedRoutes = async (
  url: string,
): Promise<{ document: OpenApiDocument; routes: DescribedRoute[] }> => {
  const document = await fetchWholeDocument(url)
  const routes = Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.flatMap((known) => {
      const operation = item[known] as Operation | undefined
      const method = known.toUpperCase()
      return operation ? [{ name: `${method} ${path}`, method, path, operation }] : []
    }),
  )
  return { document, routes }
}

/** The document with every service in it: on a busy machine one may be too late to describe itself just after the start. */
export const fetchWholeDocument = (url: string): Promise<OpenApiDocument> =>
  waitFor(
    async () => {
      const document = (await (await fetch(`${url}/openapi.json`)).json()) as OpenApiDocument
      return Array.isArray(document['x-orrery-unavailable']) && document['x-orrery-unavailable'].length === 0
        ? document
        : undefined
    },
    { what: 'every service to describe itself' },
  )

/** The same for routes that differ in the names of their parameters alone. */
export const shapeOf = (route: string): string => route.replaceAll(/\{\w+\}/g, '{}')
