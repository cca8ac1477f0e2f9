import { Type } from '@sinclair/typebox'
import { wireCodes } from '../definition/wire-codes.ts'
import { absentService } from './absent-service.ts'
import { defineNodeKind } from './node-kind.ts'

/** Runs a robot of an RPA vendor. The wire has no code of its own for it, so it fails with the general one of nodes. */
export const rpaNode = defineNodeKind({
  type: 'rpa',
  handlesErrors: true,
  parameters: Type.Object({
    projectId: Type.String({ minLength: 1 }),
    /** `apiKey`: the vendor's token. */
    header: Type.Record(Type.String(), Type.Unknown(), { default: {} }),
    /** `execPosition`: where the robot runs. */
    rpaParams: Type.Record(Type.String(), Type.Unknown(), { default: {} }),
    source: Type.String({ default: '' }),
  }),
  build: () => absentService('the RPA service', wireCodes.NODE_RUN_FAILED),
})
