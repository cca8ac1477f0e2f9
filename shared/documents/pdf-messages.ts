import { type Static, Type } from '@sinclair/typebox'

/** What the reading child says, one JSON object a line. */
export const PdfMessage = Type.Union([
  Type.Object({ type: Type.Literal('pages'), count: Type.Integer() }),
  Type.Object({ type: Type.Literal('page'), number: Type.Integer(), text: Type.String() }),
  Type.Object({
    type: Type.Literal('failed'),
    why: Type.Union([
      Type.Literal('pdfEncrypted'),
      Type.Literal('pdfBroken'),
      Type.Literal('tooManyPages'),
      Type.Literal('tooSlow'),
      Type.Literal('tooLarge'),
    ]),
  }),
  Type.Object({ type: Type.Literal('end') }),
])
export type PdfMessage = Static<typeof PdfMessage>
