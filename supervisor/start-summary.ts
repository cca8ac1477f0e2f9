import type { PoolPlan } from './pool/pool-layout.ts'

export interface StartFacts {
  version: string
  ready: boolean
  url: string
  dataDirectory: string
  /** Only when this start made it: it is shown once. */
  newRootKey: string | undefined
  /** While there is no administrator: the code by which the first one is made. */
  setupCode: string | undefined
  pools: readonly PoolPlan[]
  database: 'embedded' | 'external'
  warnings: readonly string[]
  elapsedMs: number
}

const SPACE_BETWEEN = '   '

/** What a human reads once everything runs. Pure. */
export const renderStartSummary = (facts: StartFacts): string => {
  const rows: [string, string][] = [
    ['open', facts.url],
    ...(facts.newRootKey
      ? [['root key', `${facts.newRootKey}  (shown once; kept in ${facts.dataDirectory}/root-key)`] as [string, string]]
      : []),
    ...(facts.setupCode
      ? [
          ['set up', `${facts.url}/setup  (code ${facts.setupCode}, until there is an administrator)`] as [
            string,
            string,
          ],
        ]
      : []),
    ['API', `${facts.url}/swagger`],
    ['pools', facts.pools.map(describePool).join(', ')],
    ['database', facts.database === 'embedded' ? 'embedded PostgreSQL' : 'PostgreSQL at DATABASE_URL'],
    ['data', facts.dataDirectory],
    ['stop', 'Ctrl-C'],
  ]
  const width = Math.max(...rows.map(([name]) => name.length))
  const lines = rows.map(([name, value]) => `  ${name.padEnd(width)}${SPACE_BETWEEN}${value}`)
  const warnings = facts.warnings.map((warning) => `  warning: ${warning}`)
  const head = facts.ready ? 'is ready' : 'runs, but not everything is ready'
  return [`Orrery ${facts.version} ${head} (${(facts.elapsedMs / 1000).toFixed(1)} s)`, ...lines, ...warnings, ''].join(
    '\n',
  )
}

const describePool = ({ name, services, min }: PoolPlan): string => {
  const hosted = services.length === 1 && services[0] === name ? '' : ` (${services.join(', ')})`
  return `${name}${hosted}${min > 1 ? ` ×${min}` : ''}`
}
