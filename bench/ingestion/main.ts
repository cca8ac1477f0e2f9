/** Prints how many PDF pages a second become searchable, beside plain `unpdf` on the same files. See README.md beside this file. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { cpuSince, readCpu } from '../flow-http/subject.ts'
import { median } from '../journal/workload.ts'
import { startOrrerySubject } from './orrery-subject.ts'
import { makeSampleFiles, type SampleFile } from './sample-files.ts'

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3)
const REPORTS = Number(process.env.BENCH_REPORTS ?? 7)
const PAGES = Number(process.env.BENCH_PAGES ?? 250)
const WARM_PAGES = 20

const scratch = mkdtempSync(join(tmpdir(), 'orrery-bench-'))
const orrery = await startOrrerySubject()

const extractPlainly = async (files: readonly SampleFile[]) => {
  const paths = files.map(({ name, bytes }) => {
    const path = join(scratch, name)
    writeFileSync(path, bytes)
    return path
  })
  const child = Bun.spawn([process.execPath, resolve(import.meta.dir, 'extract-plainly.ts'), ...paths], {
    stderr: 'inherit',
  })
  return JSON.parse(await new Response(child.stdout).text()) as { ms: number; pages: number }
}

const pagesASecond = ({ pages, ms }: { pages: number; ms: number }) => (pages / ms) * 1000

try {
  await orrery.ingest(makeSampleFiles(0, { reports: 2, pages: WARM_PAGES }))
  const rounds: { ours: number; plain: number; cpu: Record<string, number>; pages: number; chunks: number }[] = []
  for (let round = 1; round <= ROUNDS; round++) {
    const files = makeSampleFiles(round, { reports: REPORTS, pages: PAGES })
    const plain = await extractPlainly(files)
    const before = await readCpu(orrery)
    const ours = await orrery.ingest(files)
    const cpu = await cpuSince(orrery, before)
    if (ours.pages !== plain.pages) throw new Error(`${ours.pages} pages were read of ${plain.pages}`)
    rounds.push({
      ours: pagesASecond(ours),
      plain: pagesASecond(plain),
      cpu: Object.fromEntries(Object.entries(cpu).map(([part, ms]) => [part, ms / ours.pages])),
      pages: ours.pages,
      chunks: ours.chunks,
    })
  }
  const of = (pick: (round: (typeof rounds)[number]) => number) => median(rounds.map(pick))
  const parts = Object.keys(rounds[0]?.cpu ?? {}).map((part) => `${part} ${of(({ cpu }) => cpu[part] ?? 0).toFixed(2)}`)
  console.log(
    `${ROUNDS} rounds of ${REPORTS + 1} files with ${PAGES} pages each; ${rounds[0]?.chunks} chunks a round\n`,
  )
  console.log('| | pages a second |\n|---|---|')
  console.log(`| **from the upload until searchable** | **${of(({ ours }) => ours).toFixed(0)}** |`)
  console.log(`| plain \`unpdf\`, text only, one process | ${of(({ plain }) => plain).toFixed(0)} |`)
  console.log(`| ratio, round by round | ${of(({ ours, plain }) => ours / plain).toFixed(2)}x |`)
  console.log(`\nProcessor ms a page without the reading processes, by part: ${parts.join(', ')}.`)
} finally {
  await orrery.stop()
  rmSync(scratch, { recursive: true, force: true })
}
