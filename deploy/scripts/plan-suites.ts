/** Some test files that one process runs, one after the other. */
export interface PlannedSuite {
  title: string
  /** Relative to the repository, with `/`. */
  files: string[]
  /** How many processors it keeps busy, about: tests that start processes mostly wait for them. */
  load: number
}

export interface SuitePlan {
  /** Run side by side, the first ones first. */
  together: PlannedSuite[]
  /** Run one after the other when nothing else runs. */
  alone: PlannedSuite[]
}

const UNIT_LOAD = 1
const INTEGRATION_LOAD = 0.8
/** Tests of the supervisor and of the whole system wait for starts, pauses and ends of processes. */
const PROCESSES_LOAD = 0.6

/** Files of a minute are suites of their own, so that no lane ends long after the others. */
const LONG_FILES = [
  'supervisor/reload/bad-release.integration.test.ts',
  'supervisor/reload/reload.integration.test.ts',
  'supervisor/test/governor.integration.test.ts',
  'shared/sandbox/hostile/hostile-python.integration.test.ts',
]

/** The others take a minute or less; the last of these are started first. */
const LONG_AREAS = [
  'services/tenant integration',
  'shared integration',
  'supervisor/test end-to-end',
  'services/knowledge integration',
  'supervisor/test integration',
]

/** They use the ports that the program has by default. */
const ALONE_FILES = ['supervisor/test/names-contract.e2e.test.ts']

/**
 * Which test files share a process: those of one folder and kind, so that what they load is loaded once. What takes long is started first.
 */
export const planSuites = (files: readonly string[]): SuitePlan => {
  const alone = files.filter((file) => ALONE_FILES.includes(file))
  const long = LONG_FILES.filter((file) => files.includes(file))
  const rest = files.filter((file) => !alone.includes(file) && !long.includes(file))
  const endToEnd = rest.filter((file) => file.endsWith('.e2e.test.ts'))
  const integration = rest.filter((file) => file.endsWith('.integration.test.ts'))
  const unit = rest.filter((file) => !endToEnd.includes(file) && !integration.includes(file))
  return {
    together: [
      ...long.map((file) => ({ title: titleOf(file), files: [file], load: loadOf(file) })),
      ...[...grouped(integration, 'integration'), ...grouped(endToEnd, 'end-to-end')].sort(
        (one, other) => LONG_AREAS.indexOf(other.title) - LONG_AREAS.indexOf(one.title),
      ),
      ...(unit.length > 0 ? [{ title: 'unit', files: unit, load: UNIT_LOAD }] : []),
    ],
    alone: alone.map((file) => ({ title: titleOf(file), files: [file], load: 1 })),
  }
}

const titleOf = (file: string): string => file.replace(/^.*\//, '').replace(/\.test\.ts$/, '')

const grouped = (files: readonly string[], kind: string): PlannedSuite[] =>
  [...Map.groupBy(files, areaOf)].map(([area, members]) => ({
    title: `${area} ${kind}`,
    files: members,
    load: Math.max(...members.map(loadOf)),
  }))

const loadOf = (file: string): number =>
  file.startsWith('supervisor/') || file.endsWith('.e2e.test.ts') ? PROCESSES_LOAD : INTEGRATION_LOAD

/** `services/agent`, `supervisor/gateway`, or `shared` for all of its small folders. */
const areaOf = (file: string): string => {
  const [first = '', second = ''] = file.split('/')
  return first === 'services' || first === 'supervisor' ? `${first}/${second}` : first
}
