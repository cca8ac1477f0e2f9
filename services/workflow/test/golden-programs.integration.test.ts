import { compareGoldenSample } from './compare-golden-sample.ts'
import { programNames } from './golden-sample.ts'

for (const name of programNames) compareGoldenSample(name)
