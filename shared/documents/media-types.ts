const OPEN_XML = 'application/vnd.openxmlformats-officedocument'

export const OFFICE_TYPES = {
  docx: `${OPEN_XML}.wordprocessingml.document`,
  xlsx: `${OPEN_XML}.spreadsheetml.sheet`,
  pptx: `${OPEN_XML}.presentationml.presentation`,
} as const

/** Pictures: what they say is read by a model, where there is one. */
export const IMAGE_TYPES = ['image/png', 'image/jpeg', 'image/webp', 'image/gif', 'image/bmp'] as const
export type ImageType = (typeof IMAGE_TYPES)[number]

/** What documents can be. */
export const MEDIA_TYPES = [
  'text/plain',
  'text/markdown',
  'text/html',
  'text/csv',
  'application/pdf',
  OFFICE_TYPES.docx,
  OFFICE_TYPES.xlsx,
  OFFICE_TYPES.pptx,
  'application/epub+zip',
  'message/rfc822',
  ...IMAGE_TYPES,
] as const
export type MediaType = (typeof MEDIA_TYPES)[number]

/** Kinds that the process which has the file reads itself, as it needs little more than the text's own memory for it. */
const TEXT_TYPES: ReadonlySet<string> = new Set(['text/plain', 'text/markdown', 'text/html', 'text/csv'])

export const isTextType = (mediaType: MediaType): boolean => TEXT_TYPES.has(mediaType)

export const isImageType = (mediaType: string): boolean => (IMAGE_TYPES as readonly string[]).includes(mediaType)
