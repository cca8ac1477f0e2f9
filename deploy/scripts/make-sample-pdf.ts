/** Writes deploy/samples/orrery-handbook.pdf from the text of the starter base: `npm run bun -- deploy/scripts/make-sample-pdf.ts`. */
import { resolve } from 'node:path'
import { HANDBOOK, HANDBOOK_NAME } from '../../services/knowledge/starter/handbook.ts'
import { writePdf } from './write-pdf.ts'

const path = resolve(import.meta.dir, '../samples/orrery-handbook.pdf')
const bytes = writePdf(HANDBOOK_NAME, HANDBOOK)
await Bun.write(path, bytes)
console.log(`${path}: ${bytes.byteLength} bytes`)
