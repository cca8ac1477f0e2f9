/** Import directions. Each rule carries the reason a reader will want. */
module.exports = {
  forbidden: [
    {
      name: 'shared-stands-alone',
      comment: 'shared/ is used by everyone, so it may know no one.',
      severity: 'error',
      from: { path: '^shared/' },
      to: { path: '^(services|supervisor)/' },
    },
    {
      name: 'services-meet-at-contracts',
      comment: 'Another service is reached through its contract.ts and over HTTP.',
      severity: 'error',
      from: { path: '^services/([^/]+)/' },
      to: { path: '^services/[^/]+/', pathNot: ['^services/$1/', '/contract\\.ts$'] },
    },
    {
      name: 'supervisor-knows-no-business',
      comment: 'The supervisor starts processes; it never loads a service.',
      severity: 'error',
      from: { path: '^supervisor/' },
      to: { path: '^services/' },
    },
    {
      name: 'sql-lives-in-repositories',
      comment: 'Only repositories, tables, shared/postgres and shared/journal speak drizzle.',
      severity: 'error',
      from: {
        pathNot: [
          '-repository(\\.integration)?(\\.test)?\\.ts$',
          '/tables\\.ts$',
          '^shared/(postgres|journal|testing)/',
          '^drizzle\\.config',
        ],
      },
      to: { path: 'drizzle-orm' },
    },
    {
      name: 'http-lives-at-the-edge',
      comment: 'Rules and engines must run without a web framework.',
      severity: 'error',
      from: {
        path: '^(services|supervisor)/',
        pathNot: ['-(routes|schemas|plugin|client)\\.ts$', '/app\\.ts$', '/contract\\.ts$', '\\.test\\.ts$'],
      },
      to: { path: 'node_modules/(elysia|@elysiajs)/' },
    },
    {
      name: 'engine-knows-no-nodes',
      comment: 'The engine runs whatever the registry gives it; only node-registry knows the kinds.',
      severity: 'error',
      from: { path: '^services/workflow/engine/', pathNot: '\\.test\\.ts$' },
      to: { path: '^services/workflow/nodes/' },
    },
    {
      name: 'tables-have-one-owner',
      comment: 'A table is read and written through the repositories of the folder that declares it.',
      severity: 'error',
      from: { path: '^((?:services|shared)/[^/]+)/' },
      to: { path: '/tables\\.ts$', pathNot: '^$1/' },
    },
    {
      name: 'no-circles',
      comment: 'A circle means two files are one.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['bun', 'import', 'types', 'default'],
      extensions: ['.ts', '.js'],
    },
  },
}
