import type { LanceConnection, LanceModule, LanceTable } from '../../retrieval/lancedb/lance-module.ts'
import type { KillPoint } from './kill-points.ts'

/** The points before and after what changes a table. */
const STEPS: Record<string, [before: KillPoint, after: KillPoint]> = {
  createEmptyTable: ['table to be made', 'table made'],
  add: ['rows to be added', 'rows added'],
  delete: ['rows to be deleted', 'rows deleted'],
  optimize: ['table to be optimised', 'table optimised'],
}

/** The same LanceDB, which passes the points around what it writes. */
export const observeLance = (module: LanceModule, pass: (point: KillPoint) => void): LanceModule => {
  const observed = <Target extends object>(target: Target): Target =>
    new Proxy(target, {
      get(_, name) {
        const member: unknown = Reflect.get(target, name)
        if (typeof member !== 'function') return member
        const [before, after] = STEPS[String(name)] ?? []
        if (!before && name !== 'openTable') return member.bind(target)
        return async (...given: unknown[]) => {
          if (before) pass(before)
          const made: unknown = await member.apply(target, given)
          if (after) pass(after)
          return name === 'openTable' || name === 'createEmptyTable' ? observed(made as LanceTable) : made
        }
      },
    })
  const connect = async (folder: string): Promise<LanceConnection> => observed(await module.lance.connect(folder))
  return { ...module, lance: { ...module.lance, connect: connect as LanceModule['lance']['connect'] } }
}
