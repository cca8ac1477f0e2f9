import { AppError } from '#shared/errors/app-error.ts'
import { OutboundTooLargeError } from '#shared/outbound/errors.ts'
import { readBytesAtMost } from '#shared/outbound/read-bytes.ts'
import { wireCodes } from '../../definition/wire-codes.ts'
import type { FlowServices } from '../../engine/flow-services.ts'
import { NodeError } from '../../engine/node-error.ts'

/**
 * Gets a file by its address: an uploaded one from this host, any other through the outbound guard. Throws NodeError (23601 when it is too large,
 * 23603 when it cannot be fetched); an abort passes through.
 */
export const fetchFile = async (
  { files, outbound }: Pick<FlowServices, 'files' | 'outbound'>,
  address: string,
  { bytesMax, signal }: { bytesMax: number; signal: AbortSignal },
): Promise<{ name: string; bytes: Uint8Array }> => {
  const uploaded = await files.find(address)
  if (uploaded) {
    if (uploaded.sizeBytes > bytesMax) throw tooLarge(uploaded.name, bytesMax)
    return { name: uploaded.name, bytes: await Bun.file(uploaded.path).bytes() }
  }
  const name = nameOf(address)
  try {
    const response = await outbound.fetch(address, { signal })
    if (response.ok) return { name, bytes: await readBytesAtMost(response, bytesMax) }
    await response.body?.cancel()
    throw new NodeError(wireCodes.FILE_LINK_INVALID, `${name}: the server answered ${response.status}`)
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof NodeError) throw error
    if (error instanceof OutboundTooLargeError) throw tooLarge(name, bytesMax)
    throw new NodeError(wireCodes.FILE_LINK_INVALID, `${name}: ${reasonOf(error)}`, { cause: error })
  }
}

const tooLarge = (name: string, bytesMax: number): NodeError =>
  new NodeError(wireCodes.FILE_INVALID, `${name}: the file is larger than ${bytesMax} bytes`)

/** The last part of an address, without its query: keys travel there. */
const nameOf = (address: string): string => {
  const url = URL.parse(address)
  const last = url?.pathname.split('/').findLast((part) => part !== '') ?? url?.hostname ?? 'the file'
  try {
    return decodeURIComponent(last)
  } catch {
    return last
  }
}

const reasonOf = (error: unknown): string => {
  if (error instanceof AppError) return `${error.message} ${error.remedy ?? ''}`.trim()
  return error instanceof Error ? error.message : String(error)
}
