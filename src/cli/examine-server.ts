import { exportFile } from '../admin/export.ts'
import { type Config, issuerOf } from '../config.ts'
import { metadata } from '../core/endpoints/metadata.ts'
import { isOpenToOthers } from '../data-directory.ts'
import { type Diagnosis, diagnose } from '../doctor/diagnose.ts'
import { examine } from '../doctor/finding.ts'
import { isJson } from '../doctor/members.ts'
import { installationRules, type RetiredUses } from '../doctor/rules/installation.ts'
import { signingAlgs } from '../keys/algorithms.ts'
import { offeredBy } from '../offered.ts'
import type { Data } from '../open-data.ts'
import { withExistingData } from './with-data.ts'

/** Records of retired flows that are looked at, the newest. */
const most = 10_000

/** This installation by its own checklist, its metadata as anybody sees it, and each of its clients. */
export async function examineServer(config: Config): Promise<readonly Diagnosis[]> {
  return withExistingData(config, async data => {
    const issuer = (await data.store.meta('issuer')) ?? issuerOf(config, config.port)
    const { clients } = await exportFile(data.store, data)
    const published = metadata({ issuer, ...offeredBy(config), keys: { algs: signingAlgs } })
    const now = data.clock.now()
    const metadataFindings = diagnose({ kind: 'discovery', metadata: published }, { now }).flatMap(it => it.findings)
    const own = examine(
      {
        ...config,
        issuer,
        tls: config.tls_cert !== undefined,
        sign_up: config.sign_up ?? config.dev,
        secret_exposed: data.secret.exposed,
        directory_open: isOpenToOthers(config.data_dir),
        has_admin: await data.store.hasAdmin(),
        retired: await retiredUses(data),
      },
      installationRules,
    )
    // An http issuer is said once.
    const rest = metadataFindings.filter(({ id }) => id !== 'endpoint-not-https')
    return [
      { kind: 'server', about: issuer, findings: [...own, ...rest] },
      ...diagnose({ kind: 'clients', described: clients.filter(isJson) }, { now }),
    ]
  })
}

async function retiredUses({ store, clock }: Data): Promise<readonly RetiredUses[]> {
  const uses = new Map<string, RetiredUses>()
  for (const { at, client_id = '', detail } of await store.audit({
    event: 'retired-flow-used',
    first: 'newest',
    limit: most,
  })) {
    const flow = String(detail['flow'])
    const known = uses.get(`${client_id} ${flow}`)
    uses.set(`${client_id} ${flow}`, {
      flow,
      client_id,
      times: (known?.times ?? 0) + 1,
      ago: known?.ago ?? clock.now() - at,
    })
  }
  return [...uses.values()]
}
