/** Bytes of one file, uploaded or given as a flow's input by its address: the original's FILE_SIZE_LIMIT. */
export const FILE_BYTES_MAX = 52_428_800
/** Files of one upload. */
export const FILES_PER_UPLOAD_MAX = 20
/** Characters of a kept file name. */
export const FILE_NAME_CHARS_MAX = 255

/** Extensions of each kind that a flow's input may ask for: the original's ALLOWED_FILE_TYPE. */
export const EXTENSIONS_BY_KIND: Readonly<Record<string, readonly string[]>> = {
  image: ['png', 'jpg', 'jpeg', 'bmp'],
  pdf: ['pdf'],
  doc: ['doc', 'docx'],
  ppt: ['ppt', 'pptx'],
  excel: ['xls', 'xlsx', 'csv'],
  txt: ['txt'],
  audio: ['wav', 'mp3', 'flac', 'm4a', 'aac', 'ogg', 'wma', 'midi'],
}

/** Everything that may be uploaded: the original's SUPPORT_FILE_TYPE. */
export const EXTENSIONS: ReadonlySet<string> = new Set(Object.values(EXTENSIONS_BY_KIND).flat())

/** The lower-case text after the last dot of a name; '' without one. */
export const extensionOf = (name: string): string => {
  const dot = name.lastIndexOf('.')
  return dot < 0 ? '' : name.slice(dot + 1).toLowerCase()
}

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  bmp: 'image/bmp',
  pdf: 'application/pdf',
  doc: 'application/msword',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  ppt: 'application/vnd.ms-powerpoint',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  xls: 'application/vnd.ms-excel',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  csv: 'text/csv; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
  wav: 'audio/wav',
  mp3: 'audio/mpeg',
  flac: 'audio/flac',
  m4a: 'audio/mp4',
  aac: 'audio/aac',
  ogg: 'audio/ogg',
  wma: 'audio/x-ms-wma',
  midi: 'audio/midi',
}

/** What a file of an extension is served as, whatever its sender called it. */
export const mediaTypeOf = (extension: string): string => MEDIA_TYPES[extension] ?? 'application/octet-stream'

/** Kinds that a browser may show in its window: none of them can hold a script. */
export const mayBeShown = (extension: string): boolean =>
  EXTENSIONS_BY_KIND.image?.includes(extension) === true || EXTENSIONS_BY_KIND.audio?.includes(extension) === true
