import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Config, StartRefused } from '../config.ts'
import { refuseUnusable } from '../data-directory.ts'
import type { Data } from '../open-data.ts'
import { sh } from '../snippets/quote.ts'

/** Runs a command on a data directory, made if there is none, and lets go of it whatever happens. */
export async function withData<T>(config: Config, work: (data: Data) => Promise<T>): Promise<T> {
  const { openData } = await import('../open-data.ts')
  // Without how long the audit trail goes back: only the server removes it.
  const { data_dir, secret } = config
  const data = await openData({ data_dir, secret })
  try {
    return await work(data)
  } finally {
    await data.close()
  }
}

/** As `withData`, but a mistyped directory does not become an empty server. */
export function withExistingData<T>(config: Config, work: (data: Data) => Promise<T>): Promise<T> {
  if (hasData(config)) return withData(config, work)
  refuseUnreadable(config)
  const [other] = dataBeside(config)
  const mend =
    other === undefined
      ? 'Name the directory of the server with --data-dir.'
      : `There is some in ${other}: say --data-dir ${sh(other)}.`
  throw new StartRefused(`${config.data_dir} holds no Grantwise data. ${mend}`)
}

/** Data directories next to it whose name begins like the default's: a demo's, as the README has it. */
function dataBeside({ data_dir }: Pick<Config, 'data_dir'>): readonly string[] {
  const above = dirname(data_dir)
  const names = existsSync(above) ? readdirSync(above).filter(name => name.startsWith('.grantwise')) : []
  return names.map(name => join(above, name)).filter(it => hasData({ data_dir: it }))
}

export function hasData({ data_dir }: Pick<Config, 'data_dir'>): boolean {
  return existsSync(join(data_dir, 'grantwise.db'))
}

/** Says of another user's directory whose it is, not that nothing is in it. */
export function refuseUnreadable({ data_dir }: Pick<Config, 'data_dir'>): void {
  if (existsSync(data_dir)) refuseUnusable(data_dir)
}
