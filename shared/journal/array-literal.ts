/**
 * Texts as PostgreSQL writes an array of them; cast it where it is used. The driver knows how to send arrays only after it asked the server for its
 * types, which ours does not.
 */
export const toArrayLiteral = (values: readonly string[]): string =>
  `{${values.map((value) => `"${value.replaceAll(/["\\]/g, '\\$&')}"`).join()}}`
