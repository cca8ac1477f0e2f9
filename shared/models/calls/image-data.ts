import { readBytesAtMost } from '#shared/outbound/read-bytes.ts'
import type { ChatImage, ChatMessage } from '../chat-model.ts'
import { ModelError } from '../model-error.ts'
import { IMAGE_BYTES_MAX } from './call-limits.ts'
import type { FetchModel } from './model-options.ts'

/** A picture by value. */
export interface ImageData {
  /** `image/png` and its like. */
  mediaType: string
  base64: string
}

const DATA_URL = /^data:(image\/[\w.+-]+)(?:;[\w=.+-]+)*;base64,([A-Za-z0-9+/=_-]+)$/i

/** What a `data:` URL carries; undefined for an `https:` address. Throws MODEL_IMAGE_INVALID for anything else. */
export const readImage = ({ url }: ChatImage): ImageData | undefined => {
  const data = DATA_URL.exec(url)
  if (data) return { mediaType: (data[1] ?? '').toLowerCase(), base64: data[2] ?? '' }
  if (URL.parse(url)?.protocol === 'https:') return undefined
  throw new ModelError(
    'MODEL_IMAGE_INVALID',
    'A picture is neither an https: address nor a base64 data: URL of an image type.',
  )
}

/**
 * The bytes of every picture of a conversation, fetched where they are addresses, by URL.
 * Throws MODEL_IMAGE_INVALID, an OUTBOUND_… error of the guard, or the signal's reason.
 */
export const loadImages = async (
  messages: readonly ChatMessage[],
  fetchImage: FetchModel | undefined,
  signal: AbortSignal,
): Promise<Map<string, ImageData>> => {
  const loaded = new Map<string, ImageData>()
  for (const image of messages.flatMap((message) => message.images ?? [])) {
    if (!loaded.has(image.url)) loaded.set(image.url, readImage(image) ?? (await fetchData(image, fetchImage, signal)))
  }
  return loaded
}

const fetchData = async ({ url }: ChatImage, fetchImage: FetchModel | undefined, signal: AbortSignal) => {
  if (!fetchImage) {
    throw new ModelError('MODEL_IMAGE_INVALID', 'This model takes pictures only as data: URLs.')
  }
  const response = await fetchImage(url, { signal })
  const mediaType = (response.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
  if (!response.ok || !mediaType.startsWith('image/')) {
    await response.body?.cancel()
    const what = response.ok ? `is not one but "${mediaType.slice(0, 100)}"` : `answered with status ${response.status}`
    throw new ModelError('MODEL_IMAGE_INVALID', `The address of a picture ${what}.`)
  }
  return { mediaType, base64: Buffer.from(await readBytesAtMost(response, IMAGE_BYTES_MAX)).toString('base64') }
}
