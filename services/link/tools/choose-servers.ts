import { bindCredential, serverOriginsFor } from '../credentials/bind-credential.ts'
import type { LinkDependencies } from '../dependencies.ts'
import { ServerCredentialsError, ToolNotFoundError } from '../errors.ts'
import type { Json } from '../openapi/json-values.ts'
import { findServerLists } from '../openapi/read-operations.ts'
import type { ServerChoice } from '../openapi/read-servers.ts'
import type { ToolCredentialBindingRow } from '../tables.ts'
import { checkChoices } from './server-choice-policy.ts'
import { requireChangeable, type ToolAccess } from './tool-access.ts'

export interface ServerRequest {
  readonly toolId: string
  /** All of them: a list for which none is made has its first server called. */
  readonly choices: readonly ServerChoice[]
  /** What becomes of credentials that are bound to other origins than the choices lead to; undefined refuses the choices if there are any. */
  readonly credentials: 'rebind' | 'drop' | undefined
}

/** What a choice did to credentials that were bound to other origins than it leads to. */
export interface ChosenServers {
  readonly rebound: readonly ToolCredentialBindingRow[]
  readonly dropped: readonly ToolCredentialBindingRow[]
  /** Bindings of apps to a tool of the installation: theirs are for them to bind again, and do not go along until then. */
  readonly awaiting: number
}

/**
 * Stores which servers of a tool's newest version are called. Credentials do not follow to another origin unless the caller says so of its own: what is bound
 * keeps the origins that it was bound for.
 * @throws ToolNotFoundError, ToolOwnerError, ServerUnknownError, ServerUnsuitableError, ServerCredentialsError
 */
export const chooseServers = async (
  dependencies: LinkDependencies,
  access: ToolAccess,
  { toolId, choices, credentials }: ServerRequest,
): Promise<ChosenServers> => {
  const found = await dependencies.tools.findVersion(access, toolId)
  if (!found) throw new ToolNotFoundError(toolId)
  requireChangeable(access, found.tool)
  const document = dependencies.loadDocument(found.version)
  checkChoices(findServerLists(document), choices)

  return dependencies.atomically(async (tools, vault) => {
    const bound = await vault.findBound(undefined, toolId)
    const elsewhere = (binding: Pick<ToolCredentialBindingRow, 'scheme' | 'hosts'>) =>
      originsElsewhere({ document, choices }, binding)
    const led = bound.filter(({ binding }) => elsewhere(binding).length > 0)
    const own = led.filter(({ binding }) => binding.ownerAppId === found.tool.ownerAppId)
    if (own.length > 0 && credentials === undefined) {
      throw new ServerCredentialsError(
        own.map(({ binding: { scheme, hosts } }) => ({ scheme, hosts, origins: elsewhere({ scheme, hosts }) })),
      )
    }
    await tools.update(toolId, { serverChoices: [...choices] })
    for (const { binding, credential } of own) {
      if (credentials === 'drop') await vault.unbind(binding)
      else await bindCredential({ ...dependencies, tools, credentials: vault }, credential, binding)
    }
    const bindings = own.map(({ binding }) => binding)
    return {
      rebound: credentials === 'rebind' ? bindings : [],
      dropped: credentials === 'drop' ? bindings : [],
      awaiting: led.length - own.length,
    }
  })
}

/** Origins to which the choices lead calls that ask for a binding's credential, and for which it is not bound. */
const originsElsewhere = (
  at: { document: Json; choices: readonly ServerChoice[] },
  { scheme, hosts }: Pick<ToolCredentialBindingRow, 'scheme' | 'hosts'>,
): string[] => {
  const kept = new Set(hosts.split(','))
  return serverOriginsFor(at, scheme).filter((origin) => !kept.has(origin))
}
