import { expect, test } from 'bun:test'
import { callApp } from '#shared/testing/call-app.ts'
import { APP, temporaryKnowledge } from '../test/temporary-knowledge.ts'

const FAQ = 'question,answer\nHow far is the comet?,"Four light minutes, about."\nWho saw it first?,Nobody knows.\n'
const GUIDE = `# Guide\n\n## Telescopes\n${'Mirrors gather light. '.repeat(10)}\nPolish them weekly.\n\n## Domes\nDomes turn.`
const PYTHON = `# Watches the sky.\n\nclass Telescope:\n    def point(self, star):\n        ${'self.turn(star)\n        '.repeat(10)}\n    def rest(self):\n        self.close_shutter()\n`
const PRICES = '| Part | Price |\n| --- | --- |\n| Mirror | 120 |\n| Tripod | 80 |\n'

test.each([
  [
    { chunker: 'question-answer' },
    { name: 'faq.csv', text: FAQ, query: 'how far away is the comet' },
    { content: 'How far is the comet?', context: 'How far is the comet?\nFour light minutes, about.', title: '' },
  ],
  [
    { chunker: 'parent-child', parentBy: 'section', lengthMin: 5, lengthMax: 40, parentLengthMax: 500 },
    { name: 'guide.md', text: GUIDE, query: 'polish weekly' },
    {
      content: expect.stringContaining('Polish them weekly.'),
      context: expect.stringMatching(/^# Guide\n\n## Telescopes[\s\S]*Mirrors gather[\s\S]*weekly\.$/),
      title: 'Guide > Telescopes',
    },
  ],
  [
    { chunker: 'code', lengthMin: 20, lengthMax: 120 },
    { name: 'sky.py', text: PYTHON, query: 'rest close shutter' },
    {
      content: '    def rest(self):\n        self.close_shutter()',
      context: null,
      title: 'class Telescope > def rest',
    },
  ],
  [
    { chunker: 'table-rows' },
    { name: 'prices.md', text: PRICES, query: 'price of a tripod' },
    { content: 'Part: Tripod\nPrice: 80', context: null, title: '' },
  ],
])(
  '%o: an uploaded file is cut so, found by its parts and shown with what belongs to them',
  async (splitting, file, best) => {
    await using knowledge = await temporaryKnowledge()
    const baseId = await knowledge.createBase({ splitting })
    const { body } = await knowledge.upload(baseId, file.text, { name: file.name })
    expect((await knowledge.settled(body.id)).state).toBe('ready')
    const found = await callApp(knowledge.app, `POST /api/bases/${baseId}/search`, {
      headers: APP,
      body: { query: file.query, limit: 1 },
    })
    expect((found.body as { hits: object[] }).hits[0]).toMatchObject({ ...best, citation: { documentId: body.id } })
  },
)
