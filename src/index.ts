export { type Serving, serve } from './compose.ts'
export { type Config, readConfig, StartRefused } from './config.ts'
