/** Advance widths of Helvetica for the printable ASCII characters from space on, in thousandths of the font size (Adobe's AFM, public metrics). */
const WIDTHS = [
  278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
  556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
  722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
  556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
  260, 334, 584,
]
const FIRST = 32

/** Width of an ASCII text in points. */
export const textWidth = (text: string, fontSize: number): number =>
  ([...text].reduce((sum, character) => sum + (WIDTHS[character.charCodeAt(0) - FIRST] ?? 556), 0) * fontSize) / 1000
