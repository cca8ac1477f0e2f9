import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { typesetChinese, typesetReport } from '../../shared/documents/corpus/typeset-pdf.ts'

export interface SampleFile {
  name: string
  pages: number
  bytes: Uint8Array<ArrayBuffer>
}

const CHINESE =
  '彗星的轨道是椭圆形，观测者用望远镜记录它们每一次回归。天文台把数据存入表格，研究人员比较不同年份的亮度和尾巴长度；结果表明尘埃与气体分开运动。'
const WORD = /[A-Za-z][a-z'-]+/g

/** Files that no round before had: the same content again would be the same document. */
export const makeSampleFiles = (round: number, options: { reports: number; pages: number }): SampleFile[] => {
  const words = readFileSync(resolve(import.meta.dir, '../../ARCHITECTURE.md'), 'utf8').match(WORD) ?? []
  const reports = Array.from({ length: options.reports }, (_, number) => ({
    name: `report-${round}-${number}.pdf`,
    pages: options.pages,
    bytes: typesetReport({ pages: options.pages, seed: round * 100 + number + 1, words }),
  }))
  const chinese = typesetChinese({ pages: options.pages, seed: round + 1, characters: CHINESE })
  return [...reports, { name: `chinese-${round}.pdf`, pages: options.pages, bytes: chinese }]
}
