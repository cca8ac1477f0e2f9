import { type Action, isAction, isScopePreset, KEY_ACTIONS, SCOPE_PRESETS } from '#shared/permissions/actions.ts'
import { ScopeRefusedError, ScopeUnknownError } from '../errors.ts'

const holdable: ReadonlySet<Action> = new Set(KEY_ACTIONS)

/** @throws ScopeUnknownError for what is neither a preset nor an action, ScopeRefusedError for an action that no key may hold */
export const assertScopes = (scopes: readonly string[]): void => {
  for (const scope of scopes) {
    if (isScopePreset(scope)) continue
    if (!isAction(scope)) throw new ScopeUnknownError(scope)
    if (!holdable.has(scope)) throw new ScopeRefusedError(scope)
  }
}

/**
 * The actions of stored scopes, presets spelled out. What another release stored and this one does not know allows nothing.
 * @param scopes names of presets and actions
 */
export const actionsOf = (scopes: readonly string[]): Action[] => {
  const actions = scopes.flatMap((scope): readonly Action[] => {
    if (isScopePreset(scope)) return SCOPE_PRESETS[scope]
    return isAction(scope) && holdable.has(scope) ? [scope] : []
  })
  return [...new Set(actions)]
}
