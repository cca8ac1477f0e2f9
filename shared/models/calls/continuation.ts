/**
 * Key of `extra` (or of a model's parameters) that says how an interrupted answer is continued: `instruction` tells the model in words;
 * `prefix` hands it the delivered text as the beginning of its answer, where the provider has such a thing. Never sent. Each provider has
 * its default.
 */
export const CONTINUATION_KEY = 'orrery_continuation'

export const CONTINUE_INSTRUCTION =
  'Your answer above was cut off by a technical interruption. Go on exactly where it stopped, in the same language and format. Do not ' +
  'repeat anything of it, do not greet, do not comment on the interruption.'
