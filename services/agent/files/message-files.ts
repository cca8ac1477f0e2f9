import type { ChatImage, ChatMessage } from '#shared/models/chat-model.ts'
import { tokensOfBytes } from '#shared/models/usage/estimate-tokens.ts'
import type { AgentFileRow } from '../tables.ts'
import { FileNotFoundError, FilesTooManyError, FileUrlInvalidError } from './file-errors.ts'
import { DOCUMENT_TOKENS_MAX, FILES_PER_MESSAGE_MAX, IMAGES_PER_TURN_MAX } from './file-limits.ts'
import { type FileStores, storeFile } from './store-file.ts'
import { toImageUrl } from './stored-images.ts'

/** A file of a message: one that was uploaded, or its content as a data: URL. */
export type FileInput = { id: string } | { url: string; name?: string | undefined }

export interface MessageWithFiles {
  role: 'user' | 'assistant'
  content: string
  fileIds: string[]
}

export type MessageFiles = ReturnType<typeof createMessageFiles>

/** Characters of one token, about, where a text is cut. */
const CHARS_PER_TOKEN = 4

/** Files of messages: stored once, and made into what a model reads. */
export const createMessageFiles = (stores: FileStores) => ({
  /** Ids of the files that a message names, what came as a URL stored before. Throws AGENT_FILE… errors. */
  async resolve(appId: string, inputs: readonly FileInput[], signal: AbortSignal): Promise<string[]> {
    if (inputs.length > FILES_PER_MESSAGE_MAX) throw new FilesTooManyError(FILES_PER_MESSAGE_MAX)
    const named = inputs.flatMap((input) => ('id' in input ? [input.id] : []))
    const known = new Set((await stores.files.find(appId, named)).map(({ id }) => id))
    const missing = named.find((id) => !known.has(id))
    if (missing !== undefined) throw new FileNotFoundError(missing)
    const ids: string[] = []
    for (const input of inputs) {
      if ('id' in input) ids.push(input.id)
      else ids.push((await storeFile(stores, { appId, ...readDataUrl(input) }, signal)).id)
    }
    return ids
  },

  /**
   * Messages with their files in them: the text of documents behind the words, within a budget that the newest messages take first; pictures as
   * addresses of the object store. Files that were deleted since are said to be missing.
   */
  async attach(appId: string, messages: readonly MessageWithFiles[]): Promise<ChatMessage[]> {
    const rows = await stores.files.find(appId, [...new Set(messages.flatMap(({ fileIds }) => fileIds))])
    const files = new Map(rows.map((row) => [row.id, row]))
    const budget = { tokens: DOCUMENT_TOKENS_MAX, images: IMAGES_PER_TURN_MAX }
    const attached: ChatMessage[] = []
    for (const { role, content, fileIds } of messages.toReversed()) {
      const parts: string[] = [content]
      const images: ChatImage[] = []
      for (const id of fileIds) {
        const part = await readPart(stores, files.get(id), budget)
        if (typeof part === 'string') parts.push(part)
        else images.push(part)
      }
      const text = parts.filter((part) => part !== '').join('\n\n')
      attached.push({ role, content: text, ...(images.length > 0 ? { images } : {}) })
    }
    return attached.reverse()
  },
})

interface Budget {
  tokens: number
  images: number
}

/** A file as its message shows it: a picture, or the text of a document, cut where the budget ends and said to be. */
const readPart = async (
  { objects }: FileStores,
  file: AgentFileRow | undefined,
  budget: Budget,
): Promise<ChatImage | string> => {
  if (!file) return '(A file that came with this message was deleted.)'
  if (file.kind === 'image') {
    budget.images -= 1
    return budget.images < 0 ? `(The picture "${file.name}" was shown before.)` : { url: toImageUrl(file) }
  }
  if (budget.tokens <= 0) return `(The file "${file.name}" does not fit into this turn any more.)`
  const text = new TextDecoder().decode(await objects.read(file.textHash))
  const fits = cutTo(text, budget.tokens)
  budget.tokens -= tokensOfBytes(Buffer.byteLength(fits))
  const note = fits.length < text.length ? ` (the first ${fits.length} of ${text.length} characters)` : ''
  return `File "${file.name}"${note}:\n${fits}\nEnd of the file "${file.name}".`
}

const cutTo = (text: string, tokensMax: number): string => {
  const cut = text.slice(0, tokensMax * CHARS_PER_TOKEN)
  // Scripts of more bytes a character have fewer characters a token.
  const share = tokensMax / Math.max(1, tokensOfBytes(Buffer.byteLength(cut)))
  return (share >= 1 ? cut : cut.slice(0, Math.floor(cut.length * share))).toWellFormed()
}

const DATA_URL = /^data:[^,]{0,200};base64,([A-Za-z0-9+/=\s]*)$/

const readDataUrl = ({ url, name }: { url: string; name?: string | undefined }) => {
  const [, content] = DATA_URL.exec(url) ?? []
  if (content === undefined) throw new FileUrlInvalidError()
  return { name: name ?? 'file', bytes: new Uint8Array(Buffer.from(content, 'base64')) }
}
