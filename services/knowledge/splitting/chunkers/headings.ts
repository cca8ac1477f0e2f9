import type { Chunker } from '../chunk-piece.ts'
import { sectionSpans } from '../section-spans.ts'
import { DEFAULT_HEADING_DEPTH } from '../split-settings.ts'
import { splitRange } from '../split-text.ts'

/**
 * One chunk for each section under headings down to `headingDepth` levels, however short; deeper headings stay inside. A section longer than
 * `lengthMax` is cut by length. A document without headings is cut by length altogether.
 */
export const splitByHeadings: Chunker = (source, settings) =>
  sectionSpans(source, settings.headingDepth ?? DEFAULT_HEADING_DEPTH).flatMap((section) =>
    splitRange(source, section, { ...settings, titleSplit: false }).map((piece) => ({
      ...piece,
      // What begins above the section's last heading is about what follows it.
      title: piece.start <= section.headingAt ? section.title : piece.title,
    })),
  )
