import { t } from 'elysia'
import type { DocumentRow } from '../tables.ts'
import { UploadForm } from './document-schemas.ts'
import { VERSIONS_KEPT_MAX, type VersionRow } from './version-repository.ts'

const VERSION_MAX = 2_147_483_647

export const VersionNumber = t.Integer({ minimum: 1, maximum: VERSION_MAX, examples: [1] })

export const ReplaceForm = t.Pick(UploadForm, ['file', 'name'])

export const Version = t.Object(
  {
    version: t.Integer(),
    isCurrent: t.Boolean({ description: 'Its chunks are the ones that are found.' }),
    isPending: t.Boolean({ description: 'It takes the place of the current one once it is read.' }),
    name: t.String({ description: 'What the file was called when it came.' }),
    mediaType: t.String(),
    contentHash: t.String({ description: 'SHA-256 of the file in hex.' }),
    sizeBytes: t.Integer(),
    pageCount: t.Nullable(t.Integer()),
    chunkCount: t.Integer({ description: 'Zero for one that was never read to its end.' }),
    createdAt: t.Date(),
  },
  {
    examples: [
      {
        version: 2,
        isCurrent: true,
        isPending: false,
        name: 'handbook.pdf',
        mediaType: 'application/pdf',
        contentHash: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
        sizeBytes: 8_431,
        pageCount: 4,
        chunkCount: 9,
        createdAt: '2026-01-01T00:00:00.000Z',
      },
    ],
  },
)

export const VersionList = t.Object({
  versions: t.Array(Version, { description: `Newest first; the last ${VERSIONS_KEPT_MAX} are kept.` }),
})

export const toVersion = (row: VersionRow, document: DocumentRow): typeof Version.static => ({
  version: row.version,
  isCurrent: row.version === document.version,
  isPending: row.version === document.pendingVersion,
  name: row.name,
  mediaType: row.mediaType,
  contentHash: row.contentHash,
  sizeBytes: row.sizeBytes,
  pageCount: row.pageCount,
  chunkCount: row.chunkCount,
  createdAt: row.createdAt,
})
