import type { ApplyOptions, ApplyPowers } from '../admin/apply.ts'
import type { ApplyFile } from '../admin/apply-file.ts'
import type { ApplyPlan } from '../admin/plan.ts'
import type { Config } from '../config.ts'
import { hasData, withData } from './with-data.ts'

/** What files would change, and writing nothing. Where there is no data yet, none is made for it. @throws ApplyRefused */
export async function rehearse(
  files: readonly ApplyFile[],
  config: Config,
  options: ApplyOptions = {},
): Promise<ApplyPlan> {
  const { planFiles } = await import('./apply-files.ts')
  const { systemPowers } = await import('../open-data.ts')
  const { createPasswords } = await import('../identity/passwords.ts')
  const real = createPasswords()
  // Hashing is slow, and nobody will see it.
  const passwords = { hash: async () => '', isCommon: real.isCommon, verify: real.verify }
  const plan = (store: ApplyPowers['store']) => planFiles(files, config, { ...systemPowers, store, passwords }, options)
  try {
    return await (hasData(config) ? withData(config, data => plan(data.store)) : plan(nothingStored))
  } finally {
    await real.close()
  }
}

const nothingStored: ApplyPowers['store'] = {
  allClients: async () => [],
  allResourceServers: async () => [],
  networkPolicy: async () => undefined,
  accountByLogin: async () => undefined,
  isDeletedUser: async () => false,
  user: async () => undefined,
  meta: async () => undefined,
}
