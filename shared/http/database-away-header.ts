/**
 * Says in answers of services that the database did not answer them, whatever their envelope: programs of ours that may ask again do so until it is back.
 * Everybody else has `Retry-After`, which other refusals have too.
 */
export const DATABASE_AWAY_HEADER = 'x-orrery-database'

/** True for an answer of a service that says so. */
export const isDatabaseAwayAnswer = ({ headers }: Pick<Response, 'headers'>): boolean =>
  headers.get(DATABASE_AWAY_HEADER) === AWAY

export const AWAY = 'away'
