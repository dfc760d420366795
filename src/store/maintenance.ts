import { Worker } from 'node:worker_threads'
import type { Clock } from '../core/ports.ts'
import type { MaintenanceReply, MaintenanceRequest } from './maintenance-messages.ts'
import type { Counts } from './sql/sweep.ts'
import { StoreUnavailable } from './unavailable.ts'

const checkpointEvery = 1_000
/** Commits that may wait in the log: few enough to be read at once after a crash, and no reason to start a worker. */
const smallLog = 64
const sweepEvery = 60_000
/** Sweeps that are left out while nothing is written: what is over is taken for so wherever it is read. */
const idleSweeps = 60
/** Milliseconds without work after which the worker goes, and the 12 MB it takes with it. */
const idleFor = 70_000

/** Beside this file, as source or as built. */
const program = import.meta.url.endsWith('.ts')
  ? new URL('./maintenance-worker.ts', import.meta.url)
  : new URL('./maintenance-worker.js', import.meta.url)

export interface MaintenanceOptions {
  readonly file: string
  readonly clock: Clock
  /** Seconds for which the audit trail is kept. */
  readonly auditRetention: number | undefined
  /** How many commits there were: without new ones the log needs no checkpoint. */
  readonly commits: () => number
  readonly report: (error: unknown) => void
}

type Waiting = { readonly resolve: (rows: Counts) => void; readonly reject: (error: unknown) => void }

/** Sweeping, checkpoints and counting, off the main thread and by the main thread's clock. Its worker starts when first needed. */
export class Maintenance {
  readonly #options: MaintenanceOptions
  readonly #timers: NodeJS.Timeout[]
  readonly #waiting = new Map<number, Waiting>()
  #worker: Worker | undefined
  #idle: NodeJS.Timeout | undefined
  #asked = 0
  #checkpointed = 0
  #swept = 0
  #sweepsLeftOut = 0
  #stopping = false

  constructor(options: MaintenanceOptions) {
    this.#options = options
    this.#timers = [
      setInterval(() => this.#checkpoint(), checkpointEvery).unref(),
      setInterval(() => this.#sweepSometimes(), sweepEvery).unref(),
    ]
  }

  /** Removes what was over at `now`; how many rows of each kind. */
  sweep(now: number): Promise<Counts> {
    if (this.#stopping) return Promise.reject(new StoreUnavailable('the store is closed'))
    return this.#ask(id => ({ kind: 'sweep', id, now }))
  }

  /** How many rows each table has: a second for every ten million. */
  countRows(): Promise<Counts> {
    if (this.#stopping) return Promise.reject(new StoreUnavailable('the store is closed'))
    return this.#ask(id => ({ kind: 'count', id }))
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer)
    this.#stopping = true
    clearTimeout(this.#idle)
    const worker = this.#worker
    if (worker === undefined) return
    const exited = new Promise(resolve => worker.once('exit', resolve))
    worker.ref()
    worker.postMessage({ kind: 'stop' } satisfies MaintenanceRequest)
    await exited
  }

  #checkpoint(): void {
    const commits = this.#options.commits()
    if (commits - this.#checkpointed < smallLog || this.#waiting.size > 0) return
    this.#checkpointed = commits
    this.#ask(id => ({ kind: 'checkpoint', id })).catch(this.#options.report)
  }

  #sweepSometimes(): void {
    const commits = this.#options.commits()
    if (commits === this.#swept && ++this.#sweepsLeftOut < idleSweeps) return
    this.#swept = commits
    this.#sweepsLeftOut = 0
    this.sweep(this.#options.clock.now()).catch(this.#options.report)
  }

  #ask(request: (id: number) => MaintenanceRequest): Promise<Counts> {
    return new Promise((resolve, reject) => {
      clearTimeout(this.#idle)
      const id = ++this.#asked
      this.#waiting.set(id, { resolve, reject })
      this.#worker ??= this.#start()
      this.#worker.ref()
      this.#worker.postMessage(request(id))
    })
  }

  #start(): Worker {
    const worker = new Worker(program, {
      name: 'store maintenance',
      workerData: { file: this.#options.file, auditRetention: this.#options.auditRetention },
    })
    worker.on('message', (reply: MaintenanceReply) => this.#settle(reply))
    worker.on('error', error => this.#fail(worker, error))
    worker.on('exit', () => this.#fail(worker, new Error('store maintenance has stopped')))
    return worker
  }

  #settle({ id, rows, error }: MaintenanceReply): void {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    if (error === undefined) waiting?.resolve(rows)
    else waiting?.reject(error)
    if (this.#waiting.size > 0 || this.#stopping) return
    this.#worker?.unref()
    this.#idle = setTimeout(() => this.#end(), idleFor).unref()
  }

  #end(): void {
    this.#worker?.postMessage({ kind: 'stop' } satisfies MaintenanceRequest)
    this.#worker = undefined
  }

  /** The next request starts another worker. */
  #fail(worker: Worker, error: unknown): void {
    if (worker !== this.#worker) return
    this.#worker = undefined
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
  }
}
