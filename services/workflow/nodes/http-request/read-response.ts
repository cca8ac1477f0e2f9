import { readBytesAtMost } from '#shared/outbound/read-bytes.ts'

const CHARSET = /charset\s*=\s*"?([\w.:-]+)/i
const JSON_TYPE = /[/+]json\b/i
const JSON_START = /^\s*[{[]/

/** A response as the node's outputs. `json` is missing when the body is no JSON; repeated `set-cookie` headers are joined by line breaks. */
export const readResponse = async (
  response: Response,
  bytesMax: number,
): Promise<{ status: number; headers: Record<string, string>; body: string; json?: unknown }> => {
  const type = response.headers.get('content-type') ?? ''
  const body = decode(await readBytesAtMost(response, bytesMax), type)
  const cookies = response.headers.getSetCookie()
  return {
    status: response.status,
    headers: {
      ...Object.fromEntries(response.headers),
      ...(cookies.length > 0 && { 'set-cookie': cookies.join('\n') }),
    },
    body,
    ...(JSON_TYPE.test(type) || JSON_START.test(body) ? parse(body) : {}),
  }
}

const decode = (bytes: Uint8Array, type: string): string => {
  const charset = CHARSET.exec(type)?.[1] ?? 'utf-8'
  try {
    return new TextDecoder(charset as Bun.Encoding).decode(bytes)
  } catch {
    // A charset that nobody knows.
    return new TextDecoder().decode(bytes)
  }
}

const parse = (body: string): { json?: unknown } => {
  try {
    return { json: JSON.parse(body) as unknown }
  } catch {
    return {}
  }
}
