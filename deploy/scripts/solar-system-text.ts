import type { PdfSection } from './write-pdf.ts'

export const SOLAR_SYSTEM_NAME = 'A short guide to the solar system'

/** Says nothing about Orrery, so that an answer out of it shows that an upload was read. */
export const SOLAR_SYSTEM: PdfSection[] = [
  {
    title: 'The planets',
    paragraphs: [
      'Eight planets go round the Sun. The four inner ones, Mercury, Venus, Earth and Mars, are made of rock; the four outer ones, Jupiter, Saturn, Uranus and Neptune, are giants of gas and ice.',
      'The farther out a planet is, the slower it goes. Mercury needs 88 days for one turn round the Sun, the Earth a year, Jupiter nearly twelve years, and Neptune 165 years.',
    ],
  },
  {
    title: 'Moons and rings',
    paragraphs: [
      'The largest moon of all is Ganymede, which belongs to Jupiter and is wider than Mercury. Titan, a moon of Saturn, is the only one with a thick atmosphere.',
      'All four giants have rings. Those of Saturn are the brightest because they are made of nearly pure water ice.',
    ],
  },
  {
    title: 'Clockwork models',
    paragraphs: [
      'A clockwork model of the planets is called an orrery, after Charles Boyle, the fourth Earl of Orrery, for whom one was made in 1713.',
    ],
  },
]
