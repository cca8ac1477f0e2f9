import { Type } from '@sinclair/typebox'
import { detectMediaType } from '#shared/documents/detect-media-type.ts'
import { DocumentUnreadableError } from '#shared/documents/errors.ts'
import { readDocumentBytes } from '#shared/documents/read-document-bytes.ts'
import { wireCodes } from '../../definition/wire-codes.ts'
import { NodeError } from '../../engine/node-error.ts'
import type { NodeExecution } from '../../engine/node-execution.ts'
import { FILE_BYTES_MAX } from '../../files/file-rules.ts'
import { defineNodeKind } from '../node-kind.ts'
import { fetchFile } from './fetch-file.ts'

const SECOND_MS = 1000
const FILES_MAX = 20
const BYTES_DEFAULT = 20 * 1024 * 1024
const CHARACTERS_DEFAULT = 1_000_000
/** Texts are kept in the run's journal. */
const CHARACTERS_MAX = 5_000_000
const TIMEOUT_SECONDS_DEFAULT = 120
const TIMEOUT_SECONDS_MAX = 600

interface ExtractedDocument {
  name: string
  url: string
  /** Media type, by content; the name tells CSV and JSON from other text. */
  type: string
  /** 0 for files without pages. */
  pages: number
  text: string
}

/**
 * Makes text of the files whose addresses its first input gives, one or a list: PDF, Word, Excel, PowerPoint, EPUB, e-mail, HTML, Markdown, and text such
 * as CSV and JSON. Outputs: `text`, all of it, and `documents`, one object a file. Faults of files have the wire's codes for them (23601 to 23603).
 */
export const documentExtractorNode = defineNodeKind({
  type: 'document-extractor',
  handlesErrors: true,
  parameters: Type.Object({
    /** Limit of one file. */
    bytesMax: Type.Integer({ default: BYTES_DEFAULT, minimum: 1, maximum: FILE_BYTES_MAX }),
    /** Limit of all texts together. */
    charactersMax: Type.Integer({ default: CHARACTERS_DEFAULT, minimum: 1, maximum: CHARACTERS_MAX }),
    /** Limit of all files together. */
    timeoutSeconds: Type.Number({
      default: TIMEOUT_SECONDS_DEFAULT,
      exclusiveMinimum: 0,
      maximum: TIMEOUT_SECONDS_MAX,
    }),
  }),
  build({ inputs }, { bytesMax, charactersMax, timeoutSeconds }) {
    const input = inputs[0]?.name
    return {
      role: 'task',
      branches: false,
      effect: 'none',
      streams: {},
      timeout: { limits: 'whole', result: wireCodes.NODE_RUN_FAILED },
      failure: wireCodes.FILE_INVALID,
      async execute(execution) {
        const addresses = readAddresses(input === undefined ? undefined : execution.inputs[input])
        const deadline = AbortSignal.timeout(timeoutSeconds * SECOND_MS)
        const signal = AbortSignal.any([execution.signal, deadline])
        try {
          const documents = await extractAll(addresses, execution, { bytesMax, charactersMax, signal })
          return { variables: { text: documents.map(({ text }) => text).join('\n\n'), documents } }
        } catch (error) {
          if (!deadline.aborted || execution.signal.aborted) throw error
          throw new NodeError(wireCodes.FILE_LINK_INVALID, `the files were not read within ${timeoutSeconds} s`)
        }
      },
    }
  },
})

/** Empty ones are files that were not given. */
const readAddresses = (value: unknown): string[] => {
  const refuse = (detail: string) => new NodeError(wireCodes.FILE_VARIABLE_INVALID, detail)
  const list = (Array.isArray(value) ? value : [value ?? '']).filter((item) => item !== '' && item !== null)
  if (list.length > FILES_MAX) throw refuse(`${list.length} files are given, ${FILES_MAX} may be`)
  return list.map((item: unknown) => {
    if (typeof item === 'string') return item
    throw refuse('the input is neither the address of a file nor a list of them')
  })
}

/** One after the other: each may take memory for all of its text. */
const extractAll = async (
  addresses: readonly string[],
  { services }: NodeExecution,
  limits: { bytesMax: number; charactersMax: number; signal: AbortSignal },
): Promise<ExtractedDocument[]> => {
  const documents: ExtractedDocument[] = []
  let characters = 0
  for (const url of addresses) {
    const { name, bytes } = await fetchFile(services, url, limits)
    const document = await extract({ name, bytes, url }, limits.signal)
    characters += document.text.length
    if (characters > limits.charactersMax) {
      const detail = `${name}: the texts are longer than ${limits.charactersMax} characters`
      throw new NodeError(wireCodes.FILE_INVALID, detail)
    }
    documents.push(document)
  }
  return documents
}

const extract = async (
  { name, bytes, url }: { name: string; bytes: Uint8Array; url: string },
  signal: AbortSignal,
): Promise<ExtractedDocument> => {
  try {
    const mediaType = await detectMediaType(bytes, name)
    const { text, pageStarts } = await readDocumentBytes(bytes, mediaType, signal)
    return { name, url, type: typeByName(name) ?? mediaType, pages: pageStarts.length, text }
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof DocumentUnreadableError)) throw error
    const detail = `${name}: ${error.message} ${error.remedy ?? ''}`.trim()
    throw new NodeError(wireCodes.FILE_INVALID, detail, { cause: error })
  }
}

const typeByName = (name: string): string | undefined => {
  if (/\.csv$/i.test(name)) return 'text/csv'
  return /\.json$/i.test(name) ? 'application/json' : undefined
}
