/** Bytes of one picture: what the strictest of the known providers takes. */
export const IMAGE_BYTES_MAX = 5_000_000
/** Bytes of one document. */
export const DOCUMENT_FILE_BYTES_MAX = 20_000_000
/** Characters of a document's text that are kept; far more than any prompt takes. */
export const TEXT_CHARS_MAX = 2_000_000
/** Files of one message. */
export const FILES_PER_MESSAGE_MAX = 10
/** Tokens of documents in one turn, all messages together. */
export const DOCUMENT_TOKENS_MAX = 16_000
/** Pictures in one turn: the newest. */
export const IMAGES_PER_TURN_MAX = 10
/** Characters of a kept file name. */
export const FILE_NAME_CHARS_MAX = 255
/** A file that no message names is deleted at this age. */
export const UNUSED_MS_MAX = 7 * 86_400_000
