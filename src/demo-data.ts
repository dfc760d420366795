import { applyFiles } from './admin/apply.ts'
import { type ApplyFile, readApplyFile } from './admin/apply-file.ts'
import { type Config, StartRefused } from './config.ts'
import { demoAudience, demoDocument, demoNames } from './demo/registration.ts'
import { nodeHash } from './keys/hash.ts'
import { offeredGrantTypes } from './offered.ts'
import type { Data } from './open-data.ts'

/** Registers what `--dev` brings, as an apply file of this server would be: all of it or nothing, and nothing twice. */
export async function registerDemoData(issuer: string, config: Pick<Config, 'allow'>, data: Data): Promise<void> {
  const grantTypes = offeredGrantTypes(config)
  await applyFiles([demoFile(issuer)], { ...data, hash: nodeHash, grantTypes, issuer })
}

/** What `--dev` brings, as a file. */
export function demoFile(issuer: string): ApplyFile {
  return readApplyFile(demoDocument(issuer), 'the demo data of --dev')
}

/** Everybody knows the demo data's passwords and secrets. @throws StartRefused naming what is there, and how to mend it. */
export async function refuseDemoData(issuer: string, { store }: Pick<Data, 'store'>): Promise<void> {
  const audience = demoAudience(issuer)
  const clients = await Promise.all(demoNames.clients.map(client_id => store.client(client_id)))
  const accounts = await Promise.all(demoNames.users.map(login => store.accountByLogin(login)))
  const resourceServer = await store.resourceServer(audience)
  const registered = [
    ...clients.flatMap(client => (client ? [`the client ${client.client_id}`] : [])),
    ...(resourceServer ? [`the API ${audience}`] : []),
  ]
  // Whoever is disabled gets nothing, whoever knows the password.
  const users = accounts.flatMap(account => (account && !account.disabled ? [account.login] : []))
  if (registered.length + users.length === 0) return
  const found = [...registered, ...users.map(login => `the user ${login}`)].join(', ')
  const mends = [
    ...(registered.length > 0
      ? ['`grantwise apply --prune FILE`, where FILE names all that shall stay (`grantwise export` writes it)']
      : []),
    ...users.map(login => `\`grantwise user delete ${login}\``),
  ]
  throw new StartRefused(
    `This data directory holds the demo data of --dev, whose passwords and secrets everybody knows: ${found}. ` +
      `Start with --dev; or use another --data-dir for a real server; or take it out: ${mends.join(', ')}.`,
  )
}
