/** `url` with another database, `postgres://user@host/<name>?…`. */
export const databaseUrlOf = (url: string, name: string): string => url.replace(/\/[^/?]*(\?|$)/, `/${name}$1`)
