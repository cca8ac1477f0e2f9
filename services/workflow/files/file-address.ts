/** Below this path uploaded files are served, to whoever knows their id. */
export const FILES_PATH = '/workflow/v1/files'
const FILE_NAME = /^([0-9a-f]{32})\.([a-z0-9]{1,8})$/

/** The last part of a file's address, taken apart; undefined for what names no file. */
export const readFileName = (name: string): { id: string; extension: string } | undefined => {
  const [, id, extension] = FILE_NAME.exec(name) ?? []
  return id !== undefined && extension !== undefined ? { id, extension } : undefined
}

/** The id in an address of ours, on whatever host it is written; undefined for other addresses. */
export const fileIdOf = (address: string): string | undefined => {
  const path = URL.parse(address)?.pathname
  return path?.startsWith(`${FILES_PATH}/`) ? readFileName(path.slice(FILES_PATH.length + 1))?.id : undefined
}

/** A file's address on the host that its sender spoke to. */
export const addressOf = (request: Request, file: { id: string; extension: string }): string => {
  const { host } = new URL(request.url)
  const scheme = request.headers.get('x-forwarded-proto') ?? 'http'
  return `${scheme}://${request.headers.get('x-forwarded-host') ?? host}${FILES_PATH}/${file.id}.${file.extension}`
}
