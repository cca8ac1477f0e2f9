import { and, asc, desc, eq, inArray, isNotNull, lt, lte, sql } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import { type ScheduleFireRow, type ScheduleRow, scheduleFires, schedules } from '../tables.ts'

export type ScheduleRepository = ReturnType<typeof createScheduleRepository>
export type NewSchedule = Omit<ScheduleRow, 'createdAt' | 'updatedAt'>
export type NewFire = Pick<ScheduleFireRow, 'scheduleId' | 'fireAt' | 'state' | 'runId' | 'missed'>

/** Schedules and what became of their occurrences. Made from a database or a transaction. */
export const createScheduleRepository = (database: Database) => ({
  async insert(row: NewSchedule): Promise<ScheduleRow> {
    const [inserted] = await database.insert(schedules).values(row).returning()
    if (!inserted) throw new Error('The database returned no row.')
    return inserted
  },

  async find(id: string): Promise<ScheduleRow | undefined> {
    const [row] = await database.select().from(schedules).where(eq(schedules.id, id))
    return row
  },

  /** Newest first. */
  list(query: { appId: string | undefined; beforeId: string | undefined; limit: number }): Promise<ScheduleRow[]> {
    return database
      .select()
      .from(schedules)
      .where(
        and(
          query.appId === undefined ? undefined : eq(schedules.appId, query.appId),
          query.beforeId === undefined ? undefined : lt(schedules.id, query.beforeId),
        ),
      )
      .orderBy(desc(schedules.id))
      .limit(query.limit)
  },

  async update(id: string, changes: Partial<NewSchedule>): Promise<ScheduleRow | undefined> {
    const [row] = await database
      .update(schedules)
      .set({ ...changes, updatedAt: new Date() })
      .where(eq(schedules.id, id))
      .returning()
    return row
  },

  /** With its history. */
  async remove(id: string): Promise<void> {
    await database.delete(schedules).where(eq(schedules.id, id))
    await database.delete(scheduleFires).where(eq(scheduleFires.scheduleId, id))
  },

  /** Newest first. */
  fires(scheduleId: string, limit: number): Promise<ScheduleFireRow[]> {
    return database
      .select()
      .from(scheduleFires)
      .where(eq(scheduleFires.scheduleId, scheduleId))
      .orderBy(desc(scheduleFires.fireAt))
      .limit(limit)
  },

  /** Locks due schedules that no other worker is busy with, for the transaction; with the database's time. */
  async lockDue(limit: number): Promise<{ schedule: ScheduleRow; now: Date }[]> {
    const rows = await database
      .select({ schedule: schedules, now: sql<string>`now()` })
      .from(schedules)
      .where(lte(schedules.nextFireAt, sql`now()`))
      .orderBy(asc(schedules.nextFireAt))
      .limit(limit)
      .for('update', { skipLocked: true })
    return rows.map(({ schedule, now }) => ({ schedule, now: new Date(now) }))
  },

  async setNext(id: string, nextFireAt: Date | null): Promise<void> {
    await database.update(schedules).set({ nextFireAt }).where(eq(schedules.id, id))
  },

  /** An occurrence that is there already stays as it is: it was begun before its schedule was changed. Returns the new ones. */
  async addFires(rows: NewFire[]): Promise<ScheduleFireRow[]> {
    return rows.length === 0 ? [] : database.insert(scheduleFires).values(rows).onConflictDoNothing().returning()
  },

  /** Milliseconds until the next occurrence of any schedule, by the database's clock; undefined when there is none. */
  async untilNextMs(): Promise<number | undefined> {
    const [row] = await database
      .select({ ms: sql<number | null>`(extract(epoch from min(${schedules.nextFireAt}) - now()) * 1000)::float8` })
      .from(schedules)
      .where(isNotNull(schedules.nextFireAt))
    return row?.ms ?? undefined
  },

  /** Occurrences whose worker left them unfinished, with their schedules. */
  pendingSince(ageMs: number, limit: number): Promise<{ fire: ScheduleFireRow; schedule: ScheduleRow }[]> {
    return database
      .select({ fire: scheduleFires, schedule: schedules })
      .from(scheduleFires)
      .innerJoin(schedules, eq(schedules.id, scheduleFires.scheduleId))
      .where(
        and(
          eq(scheduleFires.state, sql`'pending'`),
          lt(scheduleFires.createdAt, sql`now() - make_interval(secs => ${ageMs / 1000})`),
        ),
      )
      .orderBy(asc(scheduleFires.createdAt))
      .limit(limit)
  },

  async settleFire(
    fire: Pick<ScheduleFireRow, 'scheduleId' | 'fireAt'>,
    end: { state: 'started' | 'refused'; error?: string },
  ): Promise<void> {
    await database
      .update(scheduleFires)
      .set({ state: end.state, ...(end.error === undefined ? {} : { error: end.error, runId: '' }) })
      .where(
        and(
          eq(scheduleFires.scheduleId, fire.scheduleId),
          eq(scheduleFires.fireAt, fire.fireAt),
          inArray(scheduleFires.state, ['pending']),
        ),
      )
  },

  /** Removes at most `limit` settled occurrences that are older; returns how many. */
  async removeFiresBefore(time: Date, limit: number): Promise<number> {
    const old = sql`ctid = any(array(select ctid from ${scheduleFires}
      where ${lt(scheduleFires.createdAt, time)} and ${scheduleFires.state} <> 'pending' limit ${limit} for update skip locked))`
    return (await database.delete(scheduleFires).where(old).returning({ id: scheduleFires.scheduleId })).length
  },
})
