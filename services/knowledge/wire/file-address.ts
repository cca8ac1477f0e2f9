import { wireError } from './wire-error.ts'
import type { FileSplit } from './wire-models.ts'

const RESOURCE_FILE = 0
const RESOURCE_WEB_PAGE = 1

export const isWebPage = (request: Pick<FileSplit, 'resourceType'>): boolean =>
  request.resourceType === RESOURCE_WEB_PAGE

/**
 * The address of a file or web page. Never a path: what lies on the server is nobody's to ask for.
 * @param options.needsExtension the name of a file has to end in one
 * @throws WireError 10001 or 10003, as the original tells them apart
 */
export const readAddress = (
  { file, resourceType }: Pick<FileSplit, 'file' | 'resourceType'>,
  options: { needsExtension?: boolean } = {},
): URL => {
  const type = resourceType ?? RESOURCE_FILE
  if (type !== RESOURCE_FILE && type !== RESOURCE_WEB_PAGE) throw wireError(10003, `resourceType ${type} is unknown`)
  const url = URL.parse(file)
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw wireError(10003, 'file has to be an http:// or https:// address')
  }
  if (type === RESOURCE_WEB_PAGE) return url
  if (url.pathname.endsWith('/')) throw wireError(10001, 'the file address names no file')
  if (options.needsExtension && !/\.[^./]+$/.test(url.pathname)) {
    throw wireError(10003, 'the file address ends in no extension')
  }
  return url
}

/** The last part of an address's path, decoded; its host where there is none. */
export const nameOf = (url: URL): string => {
  const last = url.pathname.split('/').findLast((part) => part !== '') ?? url.hostname
  try {
    return decodeURIComponent(last).replaceAll('\0', '')
  } catch {
    return last
  }
}
