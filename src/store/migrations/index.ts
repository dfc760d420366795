import { initial } from './0001-initial.ts'
import { accounts } from './0002-accounts.ts'
import { deletedClients } from './0003-deleted-clients.ts'
import { audit } from './0004-audit.ts'
import { rotationInPlace } from './0005-rotation-in-place.ts'
import { clientsGoInParts } from './0006-clients-go-in-parts.ts'
import { deviceCodes } from './0010-device-codes.ts'
import { assertions } from './0011-assertions.ts'
import { clientsAreListed } from './0012-clients-are-listed.ts'

/** One step of the schema. Once released it never changes; what comes later is another step. */
export interface Migration {
  readonly version: number
  /** What its SQL calls that SQLite has not, by name. */
  readonly functions?: Readonly<Record<string, (text: string) => string>>
  readonly sql: string
}

/** In the order in which they are applied. */
export const migrations: readonly Migration[] = [
  initial,
  accounts,
  deletedClients,
  audit,
  rotationInPlace,
  clientsGoInParts,
  deviceCodes,
  assertions,
  clientsAreListed,
]
