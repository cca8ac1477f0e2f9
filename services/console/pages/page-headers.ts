/**
 * Headers of everything the browser gets from here. The policy allows this origin alone, no inline script and no frame around the page: a
 * script that got into an answer of a model could neither run nor send anything away.
 */
const policyOf = (styles: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src ${styles}`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')

const common = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'x-frame-options': 'DENY',
  // Always asked for again, answered with 304 when nothing changed: an upgrade shows at once.
  'cache-control': 'no-cache',
}

export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  ...common,
  'content-security-policy': policyOf("'self'"),
}

/** Swagger UI writes style attributes. */
export const SWAGGER_HEADERS: Readonly<Record<string, string>> = {
  ...common,
  'content-security-policy': policyOf("'self' 'unsafe-inline'"),
}
