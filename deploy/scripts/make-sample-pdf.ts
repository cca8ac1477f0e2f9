/** Writes the PDF files of deploy/samples from their texts: `npm run bun -- deploy/scripts/make-sample-pdf.ts`. */
import { resolve } from 'node:path'
import { HANDBOOK, HANDBOOK_NAME } from '../../services/knowledge/starter/handbook.ts'
import { SOLAR_SYSTEM, SOLAR_SYSTEM_NAME } from './solar-system-text.ts'
import { writePdf } from './write-pdf.ts'

const samples = {
  'orrery-handbook.pdf': writePdf(HANDBOOK_NAME, HANDBOOK),
  'solar-system.pdf': writePdf(SOLAR_SYSTEM_NAME, SOLAR_SYSTEM),
}
for (const [name, bytes] of Object.entries(samples)) {
  await Bun.write(resolve(import.meta.dir, '../samples', name), bytes)
  console.log(`${name}: ${bytes.byteLength} bytes`)
}
