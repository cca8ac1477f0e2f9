import { decodeText } from '#shared/documents/decode-text.ts'
import { readHtml } from '#shared/documents/read-html.ts'

/** As much of a page as is looked at for its title. */
const HEAD_CHARACTERS = 64_000

/** The title of a web page, as a browser shows it; empty when it has none. */
export const titleOf = async (bytes: Uint8Array): Promise<string> => {
  const html = decodeText(bytes) ?? ''
  const [, title = ''] = /<title[^>]*>([^<]*)<\/title>/i.exec(html.slice(0, HEAD_CHARACTERS)) ?? []
  return (await readHtml(title)).text.replaceAll(/\s+/g, ' ')
}

/** What a file at this address is called. */
export const lastPartOf = (url: URL): string => {
  const last = url.pathname.split('/').findLast((part) => part !== '') ?? url.hostname
  try {
    return decodeURIComponent(last)
  } catch {
    return last
  }
}
