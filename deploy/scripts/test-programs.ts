/** A program that some suites drive and that npm cannot install. */
interface TestProgram {
  program: string
  /** Any of these on the machine will do. */
  commands: string[]
  /** Patterns of the test files that need it. */
  suites: string[]
  install: string
}

/** Suites that run Python in the sandbox. */
const CODE_SUITES = [
  '**/bubblewrap-python.integration.test.ts',
  '**/ifly-code.integration.test.ts',
  '**/code-routes.integration.test.ts',
  '**/golden-programs.integration.test.ts',
  '**/conformance-programs.integration.test.ts',
]

const programs: TestProgram[] = [
  {
    program: 'Chromium',
    commands: ['/usr/bin/chromium', 'chromium'],
    suites: ['**/first-page.e2e.test.ts'],
    install: 'apt-get install chromium',
  },
  {
    program: 'bubblewrap',
    commands: ['/usr/bin/bwrap', '/usr/local/bin/bwrap'],
    suites: CODE_SUITES,
    install: 'apt-get install bubblewrap',
  },
  {
    program: 'Python 3',
    commands: ['/usr/bin/python3', '/usr/local/bin/python3'],
    suites: CODE_SUITES,
    install: 'apt-get install python3',
  },
]

/** The programs that this machine lacks, with the suites that must be left out. */
export const missingPrograms = (): TestProgram[] =>
  programs.filter(({ commands }) => !commands.some((command) => Bun.which(command)))
