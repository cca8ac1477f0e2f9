/** A text that is no regular expression of ours. The message says what and where. */
export class PatternError extends Error {}
