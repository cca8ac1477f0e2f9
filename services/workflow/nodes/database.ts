import { Type } from '@sinclair/typebox'
import { FlowProtocolError } from '../definition/flow-protocol-error.ts'
import { wireCodes } from '../definition/wire-codes.ts'
import { absentService } from './absent-service.ts'
import { defineNodeKind } from './node-kind.ts'

const UPDATE_MODE = 2
const DELETE_MODE = 4
const CONDITIONS = ['=', '!=', 'like', 'not like', 'in', 'not in', 'null', 'not null', '<', '<=', '>', '>='] as const

const conditionSchema = Type.Object({
  fieldName: Type.String(),
  varIndex: Type.Optional(Type.Unknown()),
  selectCondition: Type.Union(CONDITIONS.map((name) => Type.Literal(name))),
  fieldType: Type.Optional(Type.Union([Type.String(), Type.Null()])),
})
const caseSchema = Type.Object({
  logicalOperator: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  conditions: Type.Array(conditionSchema, { default: [] }),
})
const orderSchema = Type.Object({
  fieldName: Type.String(),
  order: Type.Union([Type.Literal('asc'), Type.Literal('desc')]),
})

/** Reads and changes rows of a user's database. The database service keeps them. */
export const databaseNode = defineNodeKind({
  type: 'database',
  handlesErrors: true,
  parameters: Type.Object({
    appId: Type.String({ minLength: 1, maxLength: 64 }),
    apiKey: Type.String({ minLength: 1 }),
    uid: Type.String({ maxLength: 64, pattern: '^[A-Za-z0-9]' }),
    /** Larger than a JSON number can hold exactly, so a text of digits is as good. */
    dbId: Type.Union([Type.Integer(), Type.String({ pattern: String.raw`^\d+$` })]),
    /** 0 the author's SQL, 1 insert, 2 update, 3 select, 4 delete. */
    mode: Type.Integer({ minimum: 0, maximum: 4 }),
    tableName: Type.String({ default: '' }),
    spaceId: Type.String({ default: '' }),
    sql: Type.String({ default: '' }),
    cases: Type.Array(caseSchema, { default: [] }),
    assignmentList: Type.Array(Type.Unknown(), { default: [] }),
    orderData: Type.Array(orderSchema, { default: [] }),
    limit: Type.Integer({ default: 0, minimum: 0 }),
  }),
  build({ id }, { mode, cases }) {
    if ((mode === UPDATE_MODE || mode === DELETE_MODE) && cases.length === 0) {
      throw new FlowProtocolError(`node ${id}, nodeParam /cases: mode ${mode} needs conditions`)
    }
    return absentService('the database service', wireCodes.DATABASE_REQUEST_FAILED)
  },
})
