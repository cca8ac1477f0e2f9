import { describe, expect, test } from 'bun:test'
import { ALL_CASES } from './cases/all-cases.ts'
import { PLANTED_FAULTS } from './planted-faults.ts'
import { ALL_SPEAKERS } from './speakers/all-speakers.ts'

describe.each(ALL_SPEAKERS.map((speaker) => ({ provider: speaker.provider, speaker })))('$provider', ({ speaker }) => {
  for (const { what, noticedBy, plant, limits } of PLANTED_FAULTS) {
    if (speaker.cannot[noticedBy]) continue
    test(`it is noticed when ${what}`, async () => {
      const noticing = ALL_CASES.find(({ name }) => name === noticedBy)
      expect(noticing).toBeDefined()
      const subject = { speaker, ...(plant ? { plant } : {}), ...(limits ? { plantedLimits: limits } : {}) }
      const isNoticed = await noticing?.run(subject).then(
        () => false,
        () => true,
      )
      expect(isNoticed).toBe(true)
    })
  }
})
