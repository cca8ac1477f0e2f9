import { t } from 'elysia'
import { AppQuery } from '../agents/agent-schemas.ts'
import type { AgentFileRow } from '../tables.ts'

const example = {
  id: '0123456789abcdef0123456789abcdef',
  appId: 'starter',
  name: 'report.pdf',
  kind: 'document' as const,
  mediaType: 'application/pdf',
  sizeBytes: 48_213,
  textChars: 9_120,
  createdAt: '2026-01-01T00:00:00.000Z',
}

export const FileId = t.String({ pattern: '^[0-9a-f]{32}$', examples: [example.id] })
export const FileParams = t.Object({ id: FileId })
export const FileQuery = AppQuery

export const UploadForm = t.Object(
  { file: t.File({ description: 'A picture (PNG, JPEG, GIF, WebP), or a document (text, Markdown, HTML, PDF).' }) },
  { examples: [{ file: 'report.pdf' }] },
)

export const AgentFile = t.Object(
  {
    id: t.String(),
    appId: t.String(),
    name: t.String(),
    kind: t.Union([t.Literal('image'), t.Literal('document')]),
    mediaType: t.String({ description: 'By the content.' }),
    sizeBytes: t.Integer(),
    textChars: t.Integer({ description: 'Characters of text in a document.' }),
    createdAt: t.String({ format: 'date-time' }),
  },
  { examples: [example] },
)

export const toAgentFile = ({
  contentHash: _content,
  textHash: _text,
  createdAt,
  ...row
}: AgentFileRow): typeof AgentFile.static => ({ ...row, createdAt: createdAt.toISOString() })
