import { normaliseSplitting, type SplitSettings } from '../splitting/split-settings.ts'
import type { FileSplit } from './wire-models.ts'

/** How a ragType cuts where its client leaves it open. */
export interface SplitDefaults {
  lengthRange: readonly [number, number]
  overlap: number
  separators: readonly string[]
  /** True: cut at headings whatever the client says. */
  titleSplitAlways: boolean
  /** True: an overlap of 0 is one that was left out. */
  overlapAlways: boolean
}

/** A range of fewer than two numbers is none. */
export const splittingOf = (request: FileSplit, defaults: SplitDefaults): SplitSettings => {
  const [lengthMin, lengthMax] = request.lengthRange ?? []
  const hasRange = lengthMin !== undefined && lengthMax !== undefined && lengthMax > 0
  return normaliseSplitting({
    lengthMin: hasRange ? lengthMin : defaults.lengthRange[0],
    lengthMax: hasRange ? lengthMax : defaults.lengthRange[1],
    overlap: (defaults.overlapAlways ? request.overlap || undefined : request.overlap) ?? defaults.overlap,
    separators: request.separator?.length ? request.separator : [...defaults.separators],
    cutOff: request.cutOff ?? [],
    titleSplit: defaults.titleSplitAlways || request.titleSplit === true,
  })
}
