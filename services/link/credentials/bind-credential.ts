import type { LinkDependencies } from '../dependencies.ts'
import { CredentialKindError, SecuritySchemeUnknownError, ToolNotFoundError } from '../errors.ts'
import type { Json } from '../openapi/json-values.ts'
import type { ToolOperation } from '../openapi/operation.ts'
import { readOperations } from '../openapi/read-operations.ts'
import type { ServerChoice } from '../openapi/read-servers.ts'
import { INSTALLATION, type ToolCredentialBindingRow, type ToolCredentialRow } from '../tables.ts'
import type { ToolAccess } from '../tools/tool-access.ts'
import { schemeOf, tokenUrlOf } from './authorise-call.ts'
import { openSecret } from './open-secret.ts'
import type { Secret } from './secret.ts'
import { SIGNING_MODES } from './sign-request.ts'

/**
 * Says that a credential is to be used for a security scheme of a tool, towards the hosts that the tool's newest version has for it now, by the servers that
 * are chosen.
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
  const choices = found.tool.serverChoices
  const hosts = hostsFor({ document, choices }, scheme, openSecret(dependencies.secrets, credential))
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

/** Origins that a scheme's credentials are for: of every operation that asks for them, where it is called now, and of where tokens are given. */
export const hostsFor = (
  { document, choices }: { document: Json; choices: readonly ServerChoice[] },
  name: string,
  secret: Secret,
): string[] => {
  const known = schemeOf(document, name)
  if (!known && !isSigning(name)) throw new SecuritySchemeUnknownError(name)
  if (isSigning(name) !== (secret.kind === 'signature'))
    throw new CredentialKindError(name, `it takes none of kind ${secret.kind}`)
  const isMutual = known?.scheme.type === 'mutualTLS'
  if (isMutual !== (secret.kind === 'client-certificate')) {
    throw new CredentialKindError(name, isMutual ? 'it takes a client certificate' : 'it takes no client certificate')
  }
  const origins = serverOriginsFor({ document, choices }, name)
  if (!known || secret.kind !== 'oauth2') return origins
  const tokenUrl = tokenUrlOf(known.scheme, secret)
  if (tokenUrl === undefined) throw new CredentialKindError(name, 'nothing tells where tokens are given: set tokenUrl')
  return [...new Set([...origins, new URL(tokenUrl).origin])]
}

/** Origins of the operations that ask for a scheme, where they are called with these choices of servers. */
export const serverOriginsFor = (
  { document, choices }: { document: Json; choices: readonly ServerChoice[] },
  name: string,
): string[] => {
  const asksFor = ({ security }: ToolOperation) => isSigning(name) || security.some((one) => Object.hasOwn(one, name))
  const urls = readOperations(document, choices)
    .operations.filter(asksFor)
    .map(({ server }) => server)
  return [...new Set(urls.flatMap((url) => URL.parse(url ?? '')?.origin ?? []))]
}

const isSigning = (name: string): boolean => (SIGNING_MODES as readonly string[]).includes(name)
