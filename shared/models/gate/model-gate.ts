import type { Logger } from '#shared/logging/logger.ts'
import type { MetricsRegistry } from '#shared/metrics/metrics-registry.ts'
import { type BudgetGuard, createBudgetGuard, type Reservation } from '../budgets/budget-guard.ts'
import type { BudgetRepository } from '../budgets/budget-repository.ts'
import { ModelError } from '../model-error.ts'
import type { ModelLimits, ModelPrice } from '../model-facts.ts'
import { createSlotPool, type Slot, type SlotTiming } from '../slots/slot-pool.ts'
import type { SlotRepository } from '../slots/slot-repository.ts'
import { priceCall } from '../usage/price-call.ts'
import type { UsageEntry } from '../usage/usage-entry.ts'
import { createUsageLedger, type LedgerLimits, type OpenUsage } from '../usage/usage-ledger.ts'
import type { UsageRepository } from '../usage/usage-repository.ts'
import { createModelMeter, type ModelMeter } from './model-meter.ts'

/** A call waits this long for a place, and less while another model could answer instead. */
const SLOT_WAIT_MS_MAX = 30_000
const SLOT_WAIT_WITH_FALLBACK_MS_MAX = 2_000

/** A model as the gate sees it. */
export interface GatedModel {
  name: string
  price: ModelPrice | null
  limits: ModelLimits
}

/** What every call of a model passes: the app's budget, places of app and model, and the books. One a process and service. */
export interface ModelGate {
  meter: ModelMeter
  /** Lets an app in. Throws MODEL_BUDGET_EXCEEDED, MODEL_BUSY or the signal's reason. */
  admitApp(appId: string, options: { promptTokens: () => number; signal: AbortSignal }): Promise<AppAdmission>
  /** Lets a call of an admitted app in. Throws MODEL_BUSY, MODEL_BUDGET_CURRENCY or the signal's reason. */
  admitCall(
    app: AppAdmission,
    model: GatedModel,
    options: { hasFallback: boolean; signal: AbortSignal },
  ): Promise<CallAdmission>
  /** Budgets changed. */
  forget(): void
  close(): Promise<void>
}

export interface AppAdmission {
  appId: string
  currency: string | undefined
  /** Counts against the budget what a call used. */
  spend(used: UsageEntry): void
  /** After the last call. */
  end(): void
}

export interface TokensUsed {
  promptTokens: number
  completionTokens: number
  estimated: boolean
}

/** A call that may be made now. */
export interface CallAdmission {
  /** Gives the place back without a call. */
  cancel(): void
  /** Begins to count. @param soFar what was used, asked while the call lasts */
  begin(soFar: () => TokensUsed): void
  /**
   * Gives the place back and counts the call, once. Resolves when that is on disk; never rejects.
   * @param outcome `completed`, `abandoned` or the code of the failure
   */
  end(used: TokensUsed, outcome: string): Promise<void>
}

export interface ModelGateDependencies {
  budgets: Pick<BudgetRepository, 'findFor'>
  usage: Pick<UsageRepository, 'store' | 'touch' | 'sweep' | 'forgetOld' | 'spent'>
  slots: SlotRepository
  logger: Logger
  metrics: MetricsRegistry
  ledgerLimits?: LedgerLimits
  slotTiming?: SlotTiming
}

const NO_SLOT: Slot = { release: () => undefined }
const NOTHING_SO_FAR = (): TokensUsed => ({ promptTokens: 0, completionTokens: 0, estimated: true })

export const createModelGate = (dependencies: ModelGateDependencies): ModelGate => {
  const { logger, metrics } = dependencies
  const meter = createModelMeter(metrics)
  const ledger = createUsageLedger({
    ...{ usage: dependencies.usage, logger },
    ...(dependencies.ledgerLimits && { limits: dependencies.ledgerLimits }),
  })
  const slots = createSlotPool({
    ...{ slots: dependencies.slots, logger },
    ...(dependencies.slotTiming && { timing: dependencies.slotTiming }),
  })
  const budgets: BudgetGuard = createBudgetGuard({
    ...dependencies,
    settled: () => ledger.settled(),
    onAlert(appId, { period, of, max, used, state }) {
      meter.alerted(period, of)
      logger.warn({ appId, period, of, max, used, state }, 'budget of an app nearly used up')
    },
  })

  /** Counts refusals; others pass. */
  const counted = async <Value>(admission: Promise<Value>): Promise<Value> => {
    try {
      return await admission
    } catch (error) {
      if (error instanceof ModelError && error.code === 'MODEL_BUDGET_EXCEEDED') meter.refused('budget')
      if (error instanceof ModelError && error.code === 'MODEL_BUSY') meter.refused('busy')
      throw error
    }
  }

  const reserve = async (appId: string, promptTokens: () => number, signal: AbortSignal) => {
    const reservation = await budgets.admit(appId, promptTokens)
    const limit = reservation.concurrencyMax
    if (limit === undefined) return { reservation, slot: NO_SLOT }
    try {
      const slot = await slots.acquire(`app:${appId}`, { limit, waitMsMax: SLOT_WAIT_MS_MAX, signal })
      return { reservation, slot }
    } catch (error) {
      reservation.end()
      throw error
    }
  }

  const acquireModel = async (
    { name, limits }: GatedModel,
    hasFallback: boolean,
    signal: AbortSignal,
  ): Promise<Slot> => {
    if (limits.concurrencyMax === undefined) return NO_SLOT
    const startedMs = performance.now()
    const waitMsMax = hasFallback ? SLOT_WAIT_WITH_FALLBACK_MS_MAX : SLOT_WAIT_MS_MAX
    const slot = await slots.acquire(`model:${name}`, { limit: limits.concurrencyMax, waitMsMax, signal })
    meter.waited(name, (performance.now() - startedMs) / 1000)
    return slot
  }

  return {
    meter,
    async admitApp(appId, { promptTokens, signal }) {
      const { reservation, slot } = await counted(reserve(appId, promptTokens, signal))
      return toAppAdmission(appId, reservation, slot)
    },
    async admitCall(app, model, { hasFallback, signal }) {
      refuseOtherCurrency(app, model)
      const slot = await counted(acquireModel(model, hasFallback, signal))
      return createCallAdmission({ app, model, slot, meter, openUsage: (soFar) => ledger.open(soFar) })
    },
    forget: () => budgets.forget(),
    async close() {
      await Promise.all([ledger.close(), slots.close()])
    },
  }
}

const toAppAdmission = (appId: string, reservation: Reservation, slot: Slot): AppAdmission => {
  let isOver = false
  return {
    appId,
    currency: reservation.currency,
    spend({ promptTokens, completionTokens, costNano, currency }) {
      reservation.spend({ tokens: promptTokens + completionTokens, costNano, currency })
    },
    end() {
      if (isOver) return
      isOver = true
      slot.release()
      reservation.end()
    },
  }
}

/** A budget in one currency cannot bound costs in another. */
const refuseOtherCurrency = ({ appId, currency }: AppAdmission, { name, price }: GatedModel) => {
  if (currency === undefined || !price || price.currency === currency) return
  throw new ModelError(
    'MODEL_BUDGET_CURRENCY',
    `The model ${name} is paid in ${price.currency}, and the budget of the app ${appId} is in ${currency}.`,
  )
}

const createCallAdmission = (call: {
  app: AppAdmission
  model: GatedModel
  slot: Slot
  meter: ModelMeter
  openUsage(soFar: () => UsageEntry): OpenUsage
}): CallAdmission => {
  const { name, price } = call.model
  const toEntry = (used: TokensUsed, broken: boolean): UsageEntry => ({
    ...{ appId: call.app.appId, model: name, currency: price?.currency ?? '', broken },
    ...{ ...used, costNano: priceCall(price, used) },
  })
  let usage: OpenUsage | undefined
  return {
    cancel: () => call.slot.release(),
    begin(soFar) {
      usage = call.openUsage(() => toEntry(soFar(), true))
    },
    end(used, outcome) {
      call.slot.release()
      const entry = toEntry(used, outcome !== 'completed')
      call.meter.ended(entry, outcome)
      call.app.spend(entry)
      usage ??= call.openUsage(() => toEntry(NOTHING_SO_FAR(), true))
      return usage.end(entry)
    },
  }
}
