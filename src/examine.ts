import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Config, StartRefused } from './config.ts'
import { unsealKey } from './keys/create-key.ts'
import { WrongSecretError } from './keys/loaded-keys.ts'
import { createSealer } from './keys/seal.ts'
import { openServerSecret, type ServerSecret } from './keys/secret.ts'
import { type Look, lookInto } from './store/look.ts'

/**
 * Looks at what is installed in a data directory, without a trace: its secret, its database, and whether they, this
 * issuer and this machine's clock belong together. @throws StartRefused
 */
export function examine(config: Pick<Config, 'data_dir' | 'secret'>, issuer: string, now: number): void {
  refuseLostSecret(config)
  try {
    const secret = knownSecret(config)
    const found = lookInto(join(config.data_dir, 'grantwise.db'))
    refuseOtherIssuer(issuer, found?.issuer)
    if (secret && found) refuseWrongSecret(found, secret)
    refuseWrongClock(now, found)
  } catch (error) {
    throw error instanceof StartRefused ? error : new StartRefused((error as Error).message, { cause: error })
  }
}

/** A database opens with its own secret only: another is never made for it. @throws StartRefused */
export function refuseLostSecret({ data_dir, secret }: Pick<Config, 'data_dir' | 'secret'>): void {
  if (secret !== undefined || existsSync(join(data_dir, 'secret')) || !existsSync(join(data_dir, 'grantwise.db')))
    return
  throw new StartRefused(
    `${data_dir} holds a database, but its file "secret" is gone, and neither --secret-file nor GRANTWISE_SECRET is set. ` +
      'Restore one of them: the signing keys in the database open with nothing else.',
  )
}

/** Tokens, clients and browsers hold on to the issuer: an installed server keeps its own. @throws StartRefused */
export function refuseOtherIssuer(issuer: string, installed: string | undefined): void {
  if (installed === undefined || installed === issuer) return
  throw new StartRefused(
    `This data directory belongs to the issuer ${installed}, and the configuration says ${issuer}. ` +
      `Start with --issuer ${installed}, or use another --data-dir for a new server.`,
  )
}

/** The secret, where it need not be made. */
function knownSecret({ data_dir, secret }: Pick<Config, 'data_dir' | 'secret'>): ServerSecret | undefined {
  if (secret === undefined && !existsSync(join(data_dir, 'secret'))) return undefined
  return openServerSecret({ text: secret, dataDir: data_dir })
}

function refuseWrongSecret({ keys }: Look, secret: ServerSecret): void {
  const sealer = createSealer(secret.deriveKey('seal keys'))
  if (keys.some(key => unsealKey(key, sealer) === undefined)) throw new WrongSecretError()
}

/** Before 2026 there was no Grantwise. */
const earliest = Date.UTC(2026) / 1000
const day = 86_400

/** What has expired would be valid again, and what is issued would have expired for everybody else. */
function refuseWrongClock(now: number, found: Look | undefined): void {
  const newest = Math.max(earliest, ...(found?.keys ?? []).map(({ created_at }) => created_at))
  if (now + day > newest) return
  const date = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 10)
  throw new StartRefused(
    `The clock of this machine says ${date(now)}, but ${found ? 'this server has made keys on' : 'it is later than'} ${date(newest)}. ` +
      'Set it (timedatectl set-ntp true), and start again: with a wrong clock, tokens would end at the wrong time.',
  )
}
