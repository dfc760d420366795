import type { Counts } from './sql/sweep.ts'

/** What the main thread asks of the maintenance worker. */
export type MaintenanceRequest =
  | { readonly kind: 'sweep'; readonly id: number; readonly now: number }
  | { readonly kind: 'checkpoint'; readonly id: number }
  | { readonly kind: 'count'; readonly id: number }
  | { readonly kind: 'stop' }

/** What it answers: the rows it removed, or counted; `error` when it could not. */
export type MaintenanceReply = { readonly id: number; readonly rows: Counts; readonly error?: unknown }
