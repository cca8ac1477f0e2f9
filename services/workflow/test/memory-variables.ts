import type { VariableScope, VariableStore } from '../engine/flow-services.ts'

/** Variables in a map, for runs without a database. */
export const memoryVariables = (): VariableStore => {
  const values = new Map<string, unknown>()
  const keyOf = ({ flowId, appId, uid, chatId }: VariableScope, name: string) =>
    JSON.stringify([flowId, appId, uid, chatId, name])
  return {
    async set(scope, changed) {
      for (const [name, value] of Object.entries(changed)) values.set(keyOf(scope, name), structuredClone(value))
    },
    get: async (scope, names) =>
      new Map(
        names.filter((name) => values.has(keyOf(scope, name))).map((name) => [name, values.get(keyOf(scope, name))]),
      ),
  }
}
