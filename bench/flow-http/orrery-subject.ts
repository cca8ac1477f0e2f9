import { readParts } from '../orrery-parts.ts'
import { spawnOrrery } from '../spawn-orrery.ts'
import type { Subject } from './subject.ts'

export interface OrrerySubject extends Subject {
  rootKey: string
  /** Flow runs that ended well so far, by its own count. */
  completedRuns(): Promise<number>
}

/** A whole Orrery as it starts without any settings, with its own PostgreSQL. */
export const startOrrerySubject = async (): Promise<OrrerySubject> => {
  const orrery = spawnOrrery({ name: 'flow-http', configuration: '', quiet: true })
  await orrery.ready()
  const rootKey = orrery.rootKey()
  return {
    name: 'Orrery',
    url: orrery.url,
    rootKey,
    parts: () => readParts(orrery, 'workflow'),
    async completedRuns() {
      const page = await fetch(`${orrery.url}/metrics`, { headers: { authorization: `Bearer ${rootKey}` } })
      const counts = (await page.text()).matchAll(/^orrery_workflow_runs_completed_total(?:\{[^}]*\})? (\d+)/gm)
      return [...counts].reduce((sum, [, count]) => sum + Number(count), 0)
    },
    stop: orrery.stop,
  }
}
