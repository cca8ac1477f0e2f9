import type { LinkDependencies } from '../dependencies.ts'
import { CredentialKindError, SecuritySchemeUnknownError, ToolNotFoundError } from '../errors.ts'
import type { Json } from '../openapi/json-values.ts'
import type { ToolOperation } from '../openapi/operation.ts'
import { readOperations } from '../openapi/read-operations.ts'
import { INSTALLATION, type ToolCredentialBindingRow, type ToolCredentialRow } from '../tables.ts'
import type { ToolAccess } from '../tools/tool-access.ts'
import { schemeOf, tokenUrlOf } from './authorise-call.ts'
import { openSecret } from './open-secret.ts'
import type { Secret } from './secret.ts'
import { SIGNING_MODES } from './sign-request.ts'

/**
 * Says that a credential is to be used for a security scheme of a tool, towards the hosts that the tool's newest version has for it now.
 * @throws ToolNotFoundError, SecuritySchemeUnknownError, CredentialKindError, CredentialUnreadableError
 */
export const bindCredential = async (
  dependencies: Pick<LinkDependencies, 'tools' | 'credentials' | 'secrets' | 'loadDocument'>,
  credential: ToolCredentialRow,
  { toolId, scheme }: { toolId: string; scheme: string },
): Promise<Omit<ToolCredentialBindingRow, 'createdAt'>> => {
  // What the credential's owner sees: its own tools, and those of the installation.
  const owner: ToolAccess = { appId: credential.ownerAppId, isRoot: false }
  const found = await dependencies.tools.findVersion(owner, toolId)
  if (!found) throw new ToolNotFoundError(toolId)
  const document = dependencies.loadDocument(found.version)
  const hosts = hostsFor(document, scheme, openSecret(dependencies.secrets, credential))
  const row = {
    ownerAppId: credential.ownerAppId || INSTALLATION,
    toolId,
    scheme,
    credentialId: credential.credentialId,
    hosts: hosts.join(','),
  }
  await dependencies.credentials.bind(row)
  return row
}

/** Origins that a scheme's credentials are for: of every operation that asks for them, and of where tokens are given. */
const hostsFor = (document: Json, name: string, secret: Secret): string[] => {
  const isSigning = (SIGNING_MODES as readonly string[]).includes(name)
  const known = schemeOf(document, name)
  if (!known && !isSigning) throw new SecuritySchemeUnknownError(name)
  if (isSigning !== (secret.kind === 'signature'))
    throw new CredentialKindError(name, `it takes none of kind ${secret.kind}`)
  const asksFor = ({ security }: ToolOperation) => isSigning || security.some((alternative) => name in alternative)
  const urls = readOperations(document)
    .operations.filter(asksFor)
    .map(({ server }) => server)
  if (known && secret.kind === 'oauth2') {
    const tokenUrl = tokenUrlOf(known.scheme, secret)
    if (tokenUrl === undefined)
      throw new CredentialKindError(name, 'nothing tells where tokens are given: set tokenUrl')
    urls.push(tokenUrl)
  }
  return [...new Set(urls.flatMap((url) => URL.parse(url ?? '')?.origin ?? []))]
}
