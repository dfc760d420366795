import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { type ApplyOptions, type ApplyPowers, applyFiles, planApply } from '../admin/apply.ts'
import { type ApplyFile, readApplyFile } from '../admin/apply-file.ts'
import {
  type ChangedClient,
  type ChangePowers,
  changeAdvised,
  type PlannedChange,
  planAdvisedChange,
  stampOf,
} from '../admin/change-advised.ts'
import type { ChangeTyped } from '../admin/changed-client.ts'
import type { DescribedApi } from '../admin/new-api.ts'
import { parseDocument } from '../admin/parse-document.ts'
import type { ApplyPlan } from '../admin/plan.ts'
import {
  type ClientToBe,
  type RegisteredClient,
  type RegisterPowers,
  registerAdvised,
} from '../admin/register-advised.ts'
import type { Registration } from '../advisor/registration.ts'
import { type Config, StartRefused } from '../config.ts'
import type { Client } from '../core/client.ts'
import { nodeHash } from '../keys/hash.ts'
import { offeredGrantTypes } from '../offered.ts'

/** Reads apply files, `-` being standard input; nothing is opened for files that are not JSON or YAML. */
export async function readApplyFiles(paths: readonly string[]): Promise<readonly ApplyFile[]> {
  const files: ApplyFile[] = []
  for (const path of paths) {
    const name = path === '-' ? 'standard input' : shown(path)
    files.push(readApplyFile(await parseDocument(readText(path, name), name), name))
  }
  return files
}

/** What the files, taken as one, would change here; see `planApply`. */
export function planFiles(
  files: readonly ApplyFile[],
  config: Pick<Config, 'allow'>,
  powers: Omit<ApplyPowers, 'hash' | 'grantTypes'>,
  options?: ApplyOptions,
): Promise<ApplyPlan> {
  return planApply(files, { ...powers, hash: nodeHash, grantTypes: offeredGrantTypes(config) }, options)
}

/** Plans and writes what the files, taken as one, change here; see `applyFiles`. */
export function performFiles(
  files: readonly ApplyFile[],
  config: Pick<Config, 'allow'>,
  powers: Omit<Parameters<typeof applyFiles>[1], 'hash' | 'grantTypes'>,
  options?: ApplyOptions,
): Promise<ApplyPlan> {
  return applyFiles(files, { ...powers, hash: nodeHash, grantTypes: offeredGrantTypes(config) }, options)
}

/** Registers a new client as its advice says, with the API that comes with it; see `registerAdvised`. */
export function registerClient(
  client: ClientToBe,
  config: Pick<Config, 'allow'>,
  powers: Omit<RegisterPowers, 'hash' | 'grantTypes'>,
  api?: DescribedApi,
): Promise<RegisteredClient> {
  return registerAdvised(client, { ...powers, hash: nodeHash, grantTypes: offeredGrantTypes(config) }, { api })
}

/** What following another advice does to a client, and writing nothing; see `planAdvisedChange`. */
export function planClientChange(
  client: Client,
  registration: Registration,
  typed: ChangeTyped,
  config: Pick<Config, 'allow'>,
  powers: Omit<ChangePowers, 'hash' | 'grantTypes'>,
): Promise<PlannedChange> {
  const all = { ...powers, hash: nodeHash, grantTypes: offeredGrantTypes(config) }
  return planAdvisedChange(client, registration, typed, all)
}

/** Has a client follow another advice; see `changeAdvised`. */
export function changeClient(
  client: Client,
  registration: Registration,
  typed: ChangeTyped,
  config: Pick<Config, 'allow'>,
  powers: Omit<ChangePowers, 'hash' | 'grantTypes'>,
): Promise<ChangedClient> {
  const all = { ...powers, hash: nodeHash, grantTypes: offeredGrantTypes(config) }
  return changeAdvised(client, registration, typed, all, { stamp: stampOf(client, all) })
}

/** A path as people typed it, where it is below where they are. */
export function shown(path: string): string {
  const from = relative(process.cwd(), path)
  return from === '' || from.startsWith('..') ? path : from
}

function readText(path: string, name: string): string {
  try {
    return readFileSync(path === '-' ? 0 : path, 'utf8')
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException
    throw new StartRefused(`${name}: expected an apply file that can be read; got ${code}`, { cause: error })
  }
}
