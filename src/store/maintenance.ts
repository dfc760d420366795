import { Worker } from 'node:worker_threads'
import type { Clock } from '../core/ports.ts'
import type { MaintenanceReply, MaintenanceRequest } from './maintenance-messages.ts'
import type { Swept } from './sql/sweep.ts'
import { StoreUnavailable } from './unavailable.ts'

const checkpointEvery = 1_000
const sweepEvery = 60_000

/** Beside this file, as source or as built. */
const program = import.meta.url.endsWith('.ts')
  ? new URL('./maintenance-worker.ts', import.meta.url)
  : new URL('./maintenance-worker.js', import.meta.url)

export interface MaintenanceOptions {
  readonly file: string
  readonly clock: Clock
  /** How many commits there were: without new ones the log needs no checkpoint. */
  readonly commits: () => number
  readonly report: (error: unknown) => void
}

type Waiting = { readonly resolve: (swept: Swept) => void; readonly reject: (error: unknown) => void }

/** Sweeping and checkpoints, off the main thread and by the main thread's clock. Its worker starts when first needed. */
export class Maintenance {
  readonly #options: MaintenanceOptions
  readonly #timers: NodeJS.Timeout[]
  readonly #waiting = new Map<number, Waiting>()
  #worker: Worker | undefined
  #asked = 0
  #checkpointed = 0
  #stopping = false

  constructor(options: MaintenanceOptions) {
    this.#options = options
    this.#timers = [
      setInterval(() => this.#checkpoint(), checkpointEvery).unref(),
      setInterval(() => this.sweep(options.clock.now()).catch(options.report), sweepEvery).unref(),
    ]
  }

  /** Removes what was over at `now`; how many rows of each kind. */
  sweep(now: number): Promise<Swept> {
    if (this.#stopping) return Promise.reject(new StoreUnavailable('the store is closed'))
    return this.#ask(id => ({ kind: 'sweep', id, now }))
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer)
    this.#stopping = true
    const worker = this.#worker
    if (worker === undefined) return
    const exited = new Promise(resolve => worker.once('exit', resolve))
    worker.ref()
    worker.postMessage({ kind: 'stop' } satisfies MaintenanceRequest)
    await exited
  }

  #checkpoint(): void {
    const commits = this.#options.commits()
    if (commits === this.#checkpointed || this.#waiting.size > 0) return
    this.#checkpointed = commits
    this.#ask(id => ({ kind: 'checkpoint', id })).catch(this.#options.report)
  }

  #ask(request: (id: number) => MaintenanceRequest): Promise<Swept> {
    return new Promise((resolve, reject) => {
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
      workerData: { file: this.#options.file },
    })
    worker.on('message', (reply: MaintenanceReply) => this.#settle(reply))
    worker.on('error', error => this.#fail(worker, error))
    worker.on('exit', () => this.#fail(worker, new Error('store maintenance has stopped')))
    return worker
  }

  #settle({ id, swept, error }: MaintenanceReply): void {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    if (error === undefined) waiting?.resolve(swept)
    else waiting?.reject(error)
    if (this.#waiting.size === 0 && !this.#stopping) this.#worker?.unref()
  }

  /** The next request starts another worker. */
  #fail(worker: Worker, error: unknown): void {
    if (worker !== this.#worker) return
    this.#worker = undefined
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
  }
}
