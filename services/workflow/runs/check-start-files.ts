import type { OutboundGuard } from '#shared/outbound/outbound-guard.ts'
import type { OutputDeclaration, Plan } from '../definition/plan.ts'
import { type WireResult, wireCodes, wireMessage } from '../definition/wire-codes.ts'
import { ParametersInvalidError } from '../errors.ts'
import { fileIdOf } from '../files/file-address.ts'
import type { FileRepository } from '../files/file-repository.ts'
import { EXTENSIONS, EXTENSIONS_BY_KIND, FILE_BYTES_MAX } from '../files/file-rules.ts'

/** A host that does not tell the size of a file in this time is not waited for. */
const HEAD_MS_MAX = 10_000
const FILES_PER_INPUT_MAX = 50
const ADDRESS_CHARS_MAX = 8_192
/** The first file name in an address, whether in its path or in its query. */
const FILE_NAME = new RegExp(String.raw`/[^/?#&]+\.(${[...EXTENSIONS].join('|')})(?![a-z0-9])`, 'i')

export interface StartFileSources {
  outbound: Pick<OutboundGuard, 'fetch'>
  files: Pick<FileRepository, 'find'>
}

/** Undefined when a flow asks for no files: then nothing has to be waited for. */
export type CheckStartFiles = (plan: Plan, parameters: Record<string, unknown>) => Promise<void> | undefined

/**
 * Looks at the files that a run is started with, before it starts: each must be of a kind that its input takes and no larger than a file may be.
 * Files of others are asked for by HEAD, through the outbound guard; uploaded ones are known. Rejects with ParametersInvalidError: 23602 for an
 * input that says no kind, or no address where one is needed; 23603 for an address that does not tell its size; 23601 for a file that is not taken.
 */
export const createStartFileCheck =
  (sources: StartFileSources): CheckStartFiles =>
  (plan, parameters) => {
    const inputs = (plan.nodes[plan.start]?.outputs ?? []).filter(({ fileType }) => fileType !== undefined)
    return inputs.length === 0 ? undefined : checkInputs(sources, inputs, parameters)
  }

const checkInputs = async (
  sources: StartFileSources,
  inputs: readonly OutputDeclaration[],
  parameters: Record<string, unknown>,
): Promise<void> => {
  for (const input of inputs) {
    const kind = input.fileKind ?? ''
    const allowed = EXTENSIONS_BY_KIND[kind]
    if (!allowed) throw refuse(wireCodes.FILE_VARIABLE_INVALID, `${input.name}: unknown kind of file "${kind}"`)
    const addresses = readAddresses(input, parameters[input.name])
    await Promise.all(addresses.map((address) => checkFile(sources, { name: input.name, allowed, address })))
  }
}

const readAddresses = ({ name, required }: OutputDeclaration, value: unknown): string[] => {
  const list = (Array.isArray(value) ? value : [value]).filter((item) => item !== undefined && item !== '')
  if (list.length === 0 && required) throw refuse(wireCodes.FILE_VARIABLE_INVALID, `${name} is missing`)
  if (list.length > FILES_PER_INPUT_MAX) {
    throw refuse(wireCodes.FILE_VARIABLE_INVALID, `${name} holds more than ${FILES_PER_INPUT_MAX} files`)
  }
  return list.map((item) => {
    if (typeof item === 'string' && item.length <= ADDRESS_CHARS_MAX) return item
    throw refuse(wireCodes.FILE_VARIABLE_INVALID, `${name} holds something else than an address`)
  })
}

const checkFile = async (
  sources: StartFileSources,
  { name, allowed, address }: { name: string; allowed: readonly string[]; address: string },
): Promise<void> => {
  const extension = FILE_NAME.exec(address)?.[1]?.toLowerCase() ?? ''
  if (!allowed.includes(extension)) {
    throw refuse(wireCodes.FILE_INVALID, `${name}: only ${allowed.join(', ')} is taken`)
  }
  const sizeBytes = await findSize(sources, name, address)
  if (sizeBytes > FILE_BYTES_MAX) {
    throw refuse(wireCodes.FILE_INVALID, `${name}: the file is larger than ${FILE_BYTES_MAX} bytes`)
  }
}

const findSize = async ({ outbound, files }: StartFileSources, name: string, address: string): Promise<number> => {
  const uploaded = fileIdOf(address)
  const known = uploaded === undefined ? undefined : await files.find(uploaded)
  if (known) return known.sizeBytes
  const response = await askForHead(outbound, name, address)
  const length = response.headers.get('content-length')
  if (!response.ok || length === null || !/^\d{1,15}$/.test(length)) {
    throw refuse(wireCodes.FILE_LINK_INVALID, `${name}: ${response.status} without the size of the file`)
  }
  return Number(length)
}

const askForHead = async (outbound: StartFileSources['outbound'], name: string, address: string): Promise<Response> => {
  try {
    return await outbound.fetch(address, { method: 'HEAD', signal: AbortSignal.timeout(HEAD_MS_MAX) })
  } catch (error) {
    throw refuse(wireCodes.FILE_LINK_INVALID, `${name}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

const refuse = (result: WireResult, detail: string): ParametersInvalidError =>
  new ParametersInvalidError({ code: result.code, message: wireMessage(result, detail) })
