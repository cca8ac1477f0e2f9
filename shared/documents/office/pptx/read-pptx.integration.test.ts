import { expect, test } from 'bun:test'
import { makeZip, packageEntries, part, relations } from '../../corpus/office-file.ts'
import { detectMediaType } from '../../detect-media-type.ts'
import { readDocumentBytes } from '../../read-document-bytes.ts'

const read = async (bytes: Uint8Array) =>
  readDocumentBytes(bytes, await detectMediaType(bytes, 'x'), AbortSignal.timeout(30_000))

const line = (text: string, level = 0) => `<a:p><a:pPr lvl="${level}"/><a:r><a:t>${text}</a:t></a:r></a:p>`
const shape = (placeholder: string, lines: string) =>
  `<p:sp><p:nvSpPr><p:nvPr>${placeholder}</p:nvPr></p:nvSpPr><p:txBody>${lines}</p:txBody></p:sp>`
const cell = (text: string) => `<a:tc><a:txBody>${line(text)}</a:txBody></a:tc>`
const slide = (content: string) => part('p:sld', `<p:cSld><p:spTree>${content}</p:spTree></p:cSld>`)

/** Two slides that the show has in another order than their names. */
const makePptx = (first: string, second: string, parts: Record<string, string> = {}) =>
  makeZip({
    ...packageEntries('ppt/presentation.xml', 'presentationml.presentation'),
    'ppt/presentation.xml': part(
      'p:presentation',
      '<p:sldMasterIdLst><p:sldMasterId id="1" r:id="rId9"/></p:sldMasterIdLst><p:sldIdLst><p:sldId id="256" r:id="rId2"/><p:sldId id="257" r:id="rId1"/></p:sldIdLst>',
    ),
    'ppt/_rels/presentation.xml.rels': relations(
      ['rId1', 'slide', 'slides/slide1.xml'],
      ['rId2', 'slide', 'slides/slide2.xml'],
    ),
    'ppt/slides/slide2.xml': slide(first),
    'ppt/slides/slide1.xml': slide(second),
    ...parts,
  })

test('a presentation gives a page for each slide in the order of the show, with titles, tables, diagrams and notes', async () => {
  const document = await read(
    makePptx(
      shape('<p:ph idx="1"/>', line('Halley') + line('Every 76 years', 1)) +
        shape('<p:ph type="title"/>', line('Comets')) +
        shape('<p:ph type="sldNum"/>', line('1')) +
        `<p:grpSp>${shape('', line('Loose &lt;text&gt;'))}</p:grpSp>`,
      `<p:graphicFrame><a:tbl><a:tr>${cell('Name')}${cell('Years')}</a:tr><a:tr>${cell('Encke')}${cell('3.3')}</a:tr></a:tbl></p:graphicFrame>`,
      {
        'ppt/slides/_rels/slide2.xml.rels': relations(
          ['rId1', 'notesSlide', '../notesSlides/notesSlide1.xml'],
          ['rId2', 'diagramData', '../diagrams/data1.xml'],
        ),
        'ppt/notesSlides/notesSlide1.xml': slide(
          shape('<p:ph type="body"/>', line('Say hello.')) + shape('<p:ph type="sldNum"/>', line('1')),
        ),
        'ppt/diagrams/data1.xml': part('dataModel', `<pt><t>${line('Far')}</t></pt><pt><t>${line('Near')}</t></pt>`),
      },
    ),
  )
  const pages = [
    'Comets\n\nHalley\n- Every 76 years\n\nLoose <text>\n\nFar\nNear\n\nNotes: Say hello.',
    '| Name | Years |\n| --- | --- |\n| Encke | 3.3 |',
  ]
  expect(document.text).toBe(pages.join('\n\n'))
  expect(document.headings).toEqual([{ offset: 0, level: 1, title: 'Comets' }])
  expect(document.pageStarts).toEqual([0, (pages[0] ?? '').length + 2])
})

test('a slide without text is a page all the same', async () => {
  const document = await read(makePptx('', shape('', line('Second'))))
  expect(document).toMatchObject({ text: 'Second', pageStarts: [0, 0] })
})

test('a presentation without text is empty, and one of pictures alone needs text recognition', async () => {
  await expect(read(makePptx('', ''))).rejects.toMatchObject({ code: 'DOCUMENT_EMPTY' })
  await expect(read(makePptx('', '', { 'ppt/media/image1.png': 'x' }))).rejects.toMatchObject({
    code: 'DOCUMENT_NEEDS_OCR',
  })
})
