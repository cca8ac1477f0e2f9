/** A program that some suites drive and that npm cannot install. */
interface TestProgram {
  program: string
  /** Any of these on the machine will do. */
  commands: string[]
  /** Patterns of the test files that need it. */
  suites: string[]
  install: string
}

const programs: TestProgram[] = [
  {
    program: 'Chromium',
    commands: ['/usr/bin/chromium', 'chromium'],
    suites: ['**/first-page.e2e.test.ts'],
    install: 'apt-get install chromium',
  },
]

/** The programs that this machine lacks, with the suites that must be left out. */
export const missingPrograms = (): TestProgram[] =>
  programs.filter(({ commands }) => !commands.some((command) => Bun.which(command)))
