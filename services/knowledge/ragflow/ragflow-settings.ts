import { readFileSync } from 'node:fs'
import type { Settings } from '#shared/config/settings.ts'
import { RagflowFailure } from './ragflow-failure.ts'

export interface RagflowSettings {
  /** Without a slash at its end. */
  baseUrl: string
  /** Of one call, in milliseconds. */
  callMsMax: number
  /** Name of the dataset that files are put into. */
  defaultGroup: string
  /** The API key. Throws RagflowFailure where none can be had. */
  readToken: () => string
}

type Given = Pick<
  Settings,
  'RAGFLOW_BASE_URL' | 'RAGFLOW_API_TOKEN' | 'RAGFLOW_API_TOKEN_FILE' | 'RAGFLOW_TIMEOUT' | 'RAGFLOW_DEFAULT_GROUP'
>

/** Undefined where no RAGFlow is set. */
export const readRagflowSettings = (given: Given): RagflowSettings | undefined => {
  if (given.RAGFLOW_BASE_URL === undefined) return undefined
  return {
    baseUrl: given.RAGFLOW_BASE_URL.replace(/\/+$/, ''),
    callMsMax: given.RAGFLOW_TIMEOUT * 1_000,
    defaultGroup: given.RAGFLOW_DEFAULT_GROUP,
    // Read anew at each use, so that a key that was changed in its file counts without a restart.
    readToken: () => readToken(given),
  }
}

const readToken = ({ RAGFLOW_API_TOKEN: token, RAGFLOW_API_TOKEN_FILE: path }: Given): string => {
  const found = path === undefined ? token : readTokenFile(path)
  if (found !== undefined && found !== '') return found
  throw new RagflowFailure('unauthorised', 'RAGFLOW_API_TOKEN is not set')
}

const readTokenFile = (path: string): string => {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (error) {
    throw new RagflowFailure('unauthorised', 'the file of RAGFLOW_API_TOKEN_FILE cannot be read', { cause: error })
  }
}
