import { t } from 'elysia'
import { addressOf, findChosen, type ServerChoice, type ServerList, type ToolServer } from '../openapi/read-servers.ts'

const CHOICES_MAX = 1_000
const VALUE_LENGTH_MAX = 512

const Place = t.String({
  minLength: 1,
  maxLength: 2_048,
  description: '`document`, `path <path>` or `operation <operationId>`: where the list of servers is written.',
  examples: ['document'],
})
const Url = t.String({
  minLength: 1,
  maxLength: 2_048,
  description: 'As the document writes it, with its templates.',
  examples: ['https://{region}.api.example/v1'],
})
const Values = t.Record(t.String(), t.String({ maxLength: VALUE_LENGTH_MAX }), { examples: [{ region: 'eu' }] })

const Server = t.Object({
  url: Url,
  name: t.String(),
  description: t.String(),
  variables: t.Array(
    t.Object({
      name: t.String({ examples: ['region'] }),
      default: t.Nullable(t.String({ examples: ['us'] }), { description: 'Null when the document tells none.' }),
      enum: t.Nullable(t.Array(t.String()), {
        description: 'The only values that it may have; null when any will do.',
        examples: [['us', 'eu']],
      }),
      description: t.String(),
    }),
  ),
})

const Choice = t.Object({ url: Url, variables: Values })

const List = t.Object({
  place: Place,
  servers: t.Array(Server),
  chosen: t.Nullable(Choice, { description: 'Null when none is chosen, or the chosen one is not in this version.' }),
  address: t.Nullable(t.String(), {
    description: 'Where the operations are called now.',
    examples: ['https://eu.api.example/v1'],
  }),
  operationCount: t.Integer({ description: 'Operations for which this list counts.' }),
})

export const SERVER_LISTS_LIMIT_MAX = 200

export const ServerQuery = t.Object({
  version: t.Optional(t.String({ maxLength: 128, description: 'The newest when left out.' })),
  after: t.Optional(t.String({ maxLength: 2_048, description: 'The `nextAfter` of the page before.' })),
  limit: t.Integer({ minimum: 1, maximum: SERVER_LISTS_LIMIT_MAX, default: 100 }),
})

export const ServerPage = t.Object({
  version: t.String({ description: 'The version that these servers are of.', examples: ['V1.0'] }),
  servers: t.Array(List),
  nextAfter: t.Nullable(t.String(), { description: 'Pass it as `after`; null on the last page.' }),
})

export const ChooseServers = t.Object(
  {
    choices: t.Array(t.Object({ place: Place, url: Url, variables: t.Optional(Values) }), {
      maxItems: CHOICES_MAX,
      description: 'All of them. A list of servers for which none is made has its first one called.',
    }),
    credentials: t.Optional(
      t.Union([t.Literal('rebind'), t.Literal('drop')], {
        description:
          'What becomes of the owner’s credentials that are bound to other origins: they go there too, or their bindings end. Without it such choices are refused.',
      }),
    ),
  },
  {
    examples: [{ choices: [{ place: 'document', url: 'https://{region}.api.example', variables: { region: 'eu' } }] }],
  },
)

const Bindings = t.Array(t.Object({ credentialId: t.String(), scheme: t.String() }))

export const ChosenServersAnswer = t.Object({
  choices: t.Array(t.Object({ place: Place, url: Url, variables: Values })),
  rebound: Bindings,
  dropped: Bindings,
  awaiting: t.Integer({
    description:
      'Bindings of apps to a tool of the installation that lead elsewhere now, and are for the apps to make again.',
  }),
})

export const toServerList = (
  list: ServerList & { operationIds: readonly string[] },
  choices: readonly ServerChoice[],
): typeof List.static => {
  const choice = choices.find(({ place }) => place === list.place)
  const isThere = choice !== undefined && findChosen(list, choice) !== undefined
  return {
    place: list.place,
    servers: list.servers.map(toServer),
    chosen: isThere ? { url: choice.url, variables: { ...choice.variables } } : null,
    address: addressOf(list, choices) ?? null,
    operationCount: list.operationIds.length,
  }
}

const toServer = ({ url, name, description, variables }: ToolServer): typeof Server.static => ({
  url,
  name,
  description,
  variables: variables.map((one) => ({
    name: one.name,
    default: one.standard ?? null,
    enum: one.values ? [...one.values] : null,
    description: one.description,
  })),
})
