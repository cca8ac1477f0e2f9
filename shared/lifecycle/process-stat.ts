/**
 * The fields of `/proc/<pid>/stat` after the command, from the state on (proc(5), field 3 is the first here). They are counted from the command's
 * closing bracket, since the command may itself hold spaces and brackets.
 */
export const statFieldsOf = (stat: string): string[] => stat.slice(stat.lastIndexOf(')') + 2).split(' ')

/** Places in what `statFieldsOf` returns. */
export const STAT_FIELDS = {
  state: 0,
  parentPid: 1,
  userTicks: 11,
  systemTicks: 12,
  startTicks: 19,
  residentPages: 21,
} as const

/** Size of the pages that the kernel counts, on the processors that we build for. */
export const PAGE_BYTES = 4_096
