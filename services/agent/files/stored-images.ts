import type { ChatImage, ChatMessage, ChatModel } from '#shared/models/chat-model.ts'
import type { ObjectStore } from '#shared/objects/object-store.ts'

/**
 * Pictures of the object store in messages: turns pin their address, so that no journal holds their bytes; a model gets them as data: URLs at
 * the moment when it is asked.
 */
const PREFIX = 'orrery-object:'
const ADDRESS = /^orrery-object:([0-9a-f]{64});(image\/[a-z]+)$/

export const toImageUrl = (file: { contentHash: string; mediaType: string }): string =>
  `${PREFIX}${file.contentHash};${file.mediaType}`

/** The same model, which sees stored pictures. One whose content is gone is left out. */
export const withStoredImages = (model: ChatModel, objects: ObjectStore): ChatModel => ({
  ...model,
  stream: (request) => {
    if (!request.messages.some(hasStored)) return model.stream(request)
    return streamWithImages(model, objects, request)
  },
})

const hasStored = ({ images = [] }: ChatMessage): boolean => images.some(({ url }) => url.startsWith(PREFIX))

async function* streamWithImages(model: ChatModel, objects: ObjectStore, request: Parameters<ChatModel['stream']>[0]) {
  const messages = await Promise.all(
    request.messages.map(async (message) => (hasStored(message) ? withImages(message, objects) : message)),
  )
  yield* model.stream({ ...request, messages })
}

const withImages = async (message: ChatMessage, objects: ObjectStore): Promise<ChatMessage> => {
  const images = await Promise.all((message.images ?? []).map((image) => read(image, objects)))
  return { ...message, images: images.filter((image) => image !== undefined) }
}

const read = async (image: ChatImage, objects: ObjectStore): Promise<ChatImage | undefined> => {
  const [, hash, mediaType] = ADDRESS.exec(image.url) ?? []
  if (hash === undefined) return image
  if (!(await objects.exists(hash))) return undefined
  return { url: `data:${mediaType};base64,${Buffer.from(await objects.read(hash)).toString('base64')}` }
}
