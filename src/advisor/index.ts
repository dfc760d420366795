/** The advisor by itself, for any program: pure, without a dependency, as it answers on the server. */
export { type Advice, type Advised, type AskedQuestion, advise, type Result, toJson } from './advise.ts'
export { type Catalogue, catalogue } from './catalogue.ts'
export { type Drift, driftOf } from './drift.ts'
export { AdviceRefused, type AdviseRequest } from './request.ts'
