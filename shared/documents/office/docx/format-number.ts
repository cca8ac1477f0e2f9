const ROMAN: readonly (readonly [number, string])[] = [
  [1000, 'm'],
  [900, 'cm'],
  [500, 'd'],
  [400, 'cd'],
  [100, 'c'],
  [90, 'xc'],
  [50, 'l'],
  [40, 'xl'],
  [10, 'x'],
  [9, 'ix'],
  [5, 'v'],
  [4, 'iv'],
  [1, 'i'],
]
const ROMAN_MAX = 3999
const LETTERS = 26
/** A letter is repeated after z: aa, bb, … (ECMA-376 part 1, 17.18.59). */
const LETTERS_MAX = LETTERS * 20

/** A number of a list in one of the formats that have letters, else in figures. */
export const formatNumber = (number: number, format: string): string => {
  if (/Letter$/.test(format) && number >= 1 && number <= LETTERS_MAX) {
    const letter = String.fromCharCode(97 + ((number - 1) % LETTERS)).repeat(Math.ceil(number / LETTERS))
    return format === 'upperLetter' ? letter.toUpperCase() : letter
  }
  if (/Roman$/.test(format) && number >= 1 && number <= ROMAN_MAX) {
    return format === 'upperRoman' ? toRoman(number).toUpperCase() : toRoman(number)
  }
  return format === 'decimalZero' ? String(number).padStart(2, '0') : String(number)
}

const toRoman = (number: number): string => {
  let rest = number
  let roman = ''
  for (const [value, letters] of ROMAN) {
    while (rest >= value) {
      roman += letters
      rest -= value
    }
  }
  return roman
}
