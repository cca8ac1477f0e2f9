/** House rules that neither the linter nor the import graph can see. Pure: files in, complaints out. */
export interface SourceFile {
  /** Relative to the repository, with `/`. */
  path: string
  text: string
}

const FILE_LINES_MAX = 400
const SMALL_FILE_LINES = 80
const SMALL_FILES_SHARE_MIN = 0.5

/** Shared codes name the subject that raises them; a service's and the supervisor's begin with their own name. */
const prefixOf = (path: string): RegExp => {
  const service = /^services\/([^/]+)\//.exec(path)?.[1]
  if (service) return new RegExp(`^${service.toUpperCase()}_`)
  if (path.startsWith('supervisor/gateway/')) return /^GATEWAY_/
  if (path.startsWith('supervisor/')) return /^(SUPERVISOR|GATEWAY)_/
  return /^[A-Z]+(_[A-Z]+)*$/
}

const isTest = ({ path }: SourceFile): boolean =>
  /\.test\.ts$|\.node-test\.ts$|\/test\/|\/fixtures\/|^shared\/testing\//.test(path)

/** Every error class has a code of its own that begins with its service's name. */
export const findBadErrorCodes = (files: readonly SourceFile[]): string[] => {
  const owners = new Map<string, string>()
  const complaints: string[] = []
  for (const file of files.filter((candidate) => !isTest(candidate))) {
    for (const [, code = ''] of file.text.matchAll(/readonly code = '([^']+)'/g)) {
      const owner = owners.get(code)
      if (owner) complaints.push(`${file.path}: ${code} is already the code of ${owner}`)
      owners.set(code, file.path)
      if (!prefixOf(file.path).test(code))
        complaints.push(`${file.path}: ${code} must match ${prefixOf(file.path).source}`)
    }
  }
  return complaints
}

/** Only programs' entries read the environment; everyone else is given a value. */
export const findEnvironmentReads = (files: readonly SourceFile[]): string[] =>
  files
    .filter(
      (file) =>
        !isTest(file) && !/(^|\/)main\.ts$/.test(file.path) && /^(supervisor|services|shared)\//.test(file.path),
    )
    .filter((file) => /\b(process|Bun|import\.meta)\.env\b/.test(file.text))
    .map((file) => `${file.path} reads the environment`)

/** No file past 400 lines, and half of them under 80. */
export const findOversize = (files: readonly SourceFile[]): string[] => {
  const sizes = files.map((file) => ({ path: file.path, lines: file.text.split('\n').length - 1 }))
  const complaints = sizes
    .filter(({ lines }) => lines > FILE_LINES_MAX)
    .map(({ path, lines }) => `${path} has ${lines} lines`)
  const small = sizes.filter(({ lines }) => lines < SMALL_FILE_LINES).length
  if (sizes.length > 0 && small / sizes.length < SMALL_FILES_SHARE_MIN) {
    complaints.push(`only ${small} of ${sizes.length} files have fewer than ${SMALL_FILE_LINES} lines`)
  }
  return complaints
}

/** Every folder at the top and one level below it has its line in ARCHITECTURE.md, as `name/`. */
export const findUnnamedFolders = (folders: readonly string[], architecture: string): string[] =>
  folders
    .filter((folder) => !architecture.includes(`\`${folder}/\``))
    .map((folder) => `${folder}/ is not named in ARCHITECTURE.md`)
