import { expect, test } from 'bun:test'
import { seededRandom } from '#shared/testing/seeded-random.ts'
import { textFeatures } from './text-features.ts'

const PIECES =
  "The observers' café didn't measure IL-2 TNFα p53 H1N1 WHO who's β-cell 5µm naïve Ångström straße l'été Привет мир κομήτης 彗星是什么 和平 ทดสอบ RTX 4090Ti GPT-4o running ran runs studies relational e\u0301 O\u2019Neill 100mg 2021-12-29 NSAIDs a of Ｗｉｄｅ".split(
    ' ',
  )

const PROSE = [
  'What Orrery is: a platform for AI agents that you host yourself. It runs agents, workflows and knowledge bases in one small tree of processes.',
  'You need Node.js 20 or later with npm and nothing else. In a fresh clone, run "npm ci" and then "npm start"; its main port is 8080.',
  'Statins lowered LDL cholesterol in patients whose baselines were 3.4 mmol/L; the relative risks of re-admission had been decreasing since 1998.',
  'Do CD4+ T-cells expressing CXCR3 infiltrate tumours? In vitro, IFN-γ and TNF-alpha up-regulated PD-L1 within 24 h.',
]

/** Some two hundred texts: prose, and words of every kind that the rules tell apart, in any order. */
const texts = (): string[] => {
  const random = seededRandom(11)
  const mixed = Array.from({ length: 200 }, () =>
    Array.from({ length: 12 }, () => PIECES[Math.floor(random() * PIECES.length)]).join(' '),
  )
  return [...PROSE, ...mixed, PIECES.join(' ').toUpperCase()]
}

test('English texts give the very features that weights and figures were measured with', () => {
  const hash = new Bun.CryptoHasher('sha256')
  for (const text of texts()) hash.update(JSON.stringify(textFeatures(text)))
  expect(hash.digest('hex')).toBe('622bbb6f6357a44b106962d590b27048d82169f6f12afb8c62ef6ae4781dd0f6')
})
