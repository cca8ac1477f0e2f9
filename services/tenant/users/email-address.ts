/** As it is stored and compared: without spaces around it, in lower case. */
export const normaliseEmail = (email: string): string => email.trim().toLowerCase()

/** Everything that has a chance to be one; whether it is one, only a mail could tell. */
export const EMAIL_PATTERN = '^\\s*[^\\s@]{1,64}@[^\\s@]{1,189}\\s*$'
