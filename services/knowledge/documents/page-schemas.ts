import { t } from 'elysia'
import { FactFields } from './document-schemas.ts'

const URL_CHARACTERS_MAX = 4_000
const TITLE_CHARACTERS_MAX = 255
/** A longer text is uploaded as a file. */
const TEXT_CHARACTERS_MAX = 2_000_000

export const AddPage = t.Object(
  {
    url: t.String({ minLength: 1, maxLength: URL_CHARACTERS_MAX, examples: ['https://example.com/handbook.html'] }),
    name: t.Optional(
      t.String({ minLength: 1, maxLength: TITLE_CHARACTERS_MAX, pattern: '\\S', description: 'Instead of its title.' }),
    ),
    ...FactFields,
  },
  { examples: [{ url: 'https://example.com/handbook.html', tags: ['handbook'] }] },
)

export const AddText = t.Object(
  {
    title: t.String({ minLength: 1, maxLength: TITLE_CHARACTERS_MAX, pattern: '\\S', description: 'Its name.' }),
    text: t.String({ minLength: 1, maxLength: TEXT_CHARACTERS_MAX, description: 'Plain text or Markdown.' }),
    ...FactFields,
    onSameName: t.Optional(
      t.UnionEnum(['separate', 'version'], { default: 'separate', description: 'As for files that are uploaded.' }),
    ),
  },
  { examples: [{ title: 'Opening hours', text: 'We are open from nine to five.', metadata: { year: 2026 } }] },
)
