import { extractWWWAuthenticateParams } from '@modelcontextprotocol/sdk/client/auth.js'

/** What a server asks for before it serves (RFC 6750 section 3, RFC 9728 section 5.1). */
export interface Challenge {
  /** `token`: one that it takes; `scope`: a token that may do more than ours. */
  wants: 'token' | 'scope'
  scope: string | undefined
  resourceMetadataUrl: URL | undefined
}

/** Undefined when the response is no challenge. Pure. */
export const readChallenge = (response: Response): Challenge | undefined => {
  const { scope, resourceMetadataUrl, error } = extractWWWAuthenticateParams(response)
  if (response.status === 401) return { wants: 'token', scope, resourceMetadataUrl }
  if (response.status === 403 && error === 'insufficient_scope') return { wants: 'scope', scope, resourceMetadataUrl }
  return undefined
}

/** The scopes to ask for: for more rights, those that we have too, so that nothing else stops working. Pure. */
export const scopeToAsk = (challenge: Challenge, granted: string | undefined): string | undefined => {
  if (challenge.wants === 'token' || !challenge.scope || !granted) return challenge.scope
  return [...new Set([...granted.split(' '), ...challenge.scope.split(' ')])].filter(Boolean).join(' ')
}
