/** PostgreSQL stores neither zero characters nor halves of surrogate pairs. */
export const storableText = (text: string): string => text.replaceAll('\0', '').toWellFormed()
