import { SplittingInvalidError } from '../errors.ts'
import { normaliseSplitting, type SplitSettings } from './split-settings.ts'

/**
 * Fills what a request left out from `from`. What it says itself has to fit together; what it left out is brought into order with the rest.
 * Throws SplittingInvalidError.
 */
export const toSplitting = (given: Partial<SplitSettings> | undefined, from: SplitSettings): SplitSettings => {
  if (!given) return normaliseSplitting(from)
  const settings = { ...from, ...given }
  const { lengthMax, questionColumn = null, answerColumn = null } = settings
  if (given.lengthMin !== undefined && given.lengthMin > lengthMax) {
    throw new SplittingInvalidError('lengthMin', `${given.lengthMin} is above lengthMax, which is ${lengthMax}`)
  }
  if (given.overlap !== undefined && given.overlap > lengthMax / 2) {
    throw new SplittingInvalidError('overlap', `${given.overlap} is above half of lengthMax, which is ${lengthMax}`)
  }
  if (given.parentLengthMax !== undefined && given.parentLengthMax < lengthMax) {
    throw new SplittingInvalidError(
      'parentLengthMax',
      `${given.parentLengthMax} is below lengthMax, which is ${lengthMax}`,
    )
  }
  if ((questionColumn === null) !== (answerColumn === null)) {
    const missing = questionColumn === null ? 'questionColumn' : 'answerColumn'
    throw new SplittingInvalidError(missing, 'questionColumn and answerColumn go together, or both are null')
  }
  if (questionColumn !== null && questionColumn.trim().toLowerCase() === answerColumn?.trim().toLowerCase()) {
    throw new SplittingInvalidError('answerColumn', 'it is the column of the questions')
  }
  return normaliseSplitting(settings)
}
