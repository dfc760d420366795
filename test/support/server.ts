import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { planApply } from '../../src/admin/apply.ts'
import { readApplyFile } from '../../src/admin/apply-file.ts'
import { type Serving, serve } from '../../src/compose.ts'
import type { Config } from '../../src/config.ts'
import { grants } from '../../src/core/grants/index.ts'
import type { Limits } from '../../src/http/limits.ts'
import { nodeHash } from '../../src/keys/hash.ts'
import { nodeRandom } from '../../src/keys/random.ts'
import type { Data, Powers } from '../../src/open-data.ts'
import { createClock, type TestClock } from './clock.ts'
import { copyInstalled } from './installed.ts'
import { world } from './world.ts'

export interface TestServer extends Serving {
  readonly clock: TestClock
  readonly data_dir: string
  /** What it logged so far, line by line: nothing unless its `log_level` says so. */
  readonly log: readonly string[]
  /** Registers more, or differently, while it runs. */
  apply(document: unknown): Promise<void>
  /** Ends the process's server and starts another on the same data, under the same issuer. */
  restart(): Promise<TestServer>
}

export interface TestServerOptions {
  /** An apply file; `world` unless given. */
  readonly document?: unknown
  readonly config?: Partial<Config>
  readonly clock?: TestClock
  /** Kept when given; otherwise made, and removed at the end. */
  readonly data_dir?: string
  /** Without them no request is refused for having waited: these machines may be slow. */
  readonly limits?: Partial<Limits>
  /** How hosts are found and believed that are asked for keys. */
  readonly outgoing?: NonNullable<Powers['outgoing']>
}

/** A real server on a real port of its own, over a new data directory, with a clock that stands still. */
export async function startServer(options: TestServerOptions = {}): Promise<TestServer> {
  const { document = world, clock = createClock() } = options
  const data_dir = options.data_dir ?? newDirectory(options)
  const config: Config = {
    port: 0,
    host: '127.0.0.1',
    issuer: undefined,
    data_dir,
    apply: [],
    trust_proxy: [],
    outgoing_allow: [],
    tls_cert: undefined,
    tls_key: undefined,
    dev: false,
    sign_up: undefined,
    journeys: 'all',
    allow: [],
    log_level: 'silent',
    metrics_token: undefined,
    audit_retention_days: 365,
    secret: undefined,
    ...options.config,
  }
  const log: string[] = []
  const random = nodeRandom(() => clock.now() * 1000)
  const serving = await serve(config, (data, issuer) => applyDocument(document, data, issuer), {
    clock,
    random,
    log: { write: line => log.push(line) },
    limits: { wait: Number.POSITIVE_INFINITY, ...options.limits },
    ...(options.outgoing === undefined ? {} : { outgoing: options.outgoing }),
  })
  return {
    ...serving,
    clock,
    data_dir,
    log,
    apply: more => applyDocument(more, serving.data, serving.issuer),
    async close() {
      await serving.close()
      if (options.data_dir === undefined) rmSync(data_dir, { recursive: true, force: true })
    },
    async restart() {
      await serving.close()
      const port = Number(new URL(serving.url).port)
      const again = { ...options.config, port, issuer: serving.issuer }
      const { outgoing } = options
      return startServer({ document: {}, clock, data_dir, config: again, ...(outgoing ? { outgoing } : {}) })
    },
  }
}

/** With the keys of all such servers, but where its clock or its secret is its own. */
function newDirectory({ clock, config }: TestServerOptions): string {
  const made = mkdtempSync(join(tmpdir(), 'grantwise-test-'))
  if (clock === undefined && config?.secret === undefined) copyInstalled(made)
  return made
}

async function applyDocument(
  document: unknown,
  { store, passwords, clock, random }: Data,
  issuer: string,
): Promise<void> {
  const grantTypes = grants.map(it => it.grant_type)
  const plan = await planApply([readApplyFile(document)], {
    store,
    passwords,
    hash: nodeHash,
    random,
    clock,
    grantTypes,
    issuer,
  })
  await store.applyChanges(plan.changes, clock.now())
}
