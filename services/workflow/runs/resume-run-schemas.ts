import { t } from 'elysia'

const ANSWER_LENGTH_MAX = 100_000

export const ResumeRun = t.Object(
  {
    eventId: t.String({ pattern: '^\\d{7,40}$', description: 'The question: `waits` of the run name it.' }),
    type: t.UnionEnum(['resume', 'ignore', 'abort'], {
      default: 'resume',
      description: 'Answer it, go on without an answer, or end the question.',
    }),
    content: t.String({ default: '', maxLength: ANSWER_LENGTH_MAX }),
  },
  { examples: [{ eventId: '7393258312345678849000000', type: 'resume', content: 'Paris' }] },
)
