import { examine, type Finding, severities } from './finding.ts'
import { readClient } from './read-client.ts'
import { authorizeUrlRules } from './rules/authorize-url.ts'
import { clientRules } from './rules/client.ts'
import { discoveryRules } from './rules/discovery.ts'
import { redirectUriRules } from './rules/redirect-uris.ts'
import { tokenRules } from './rules/token.ts'
import type { Subject } from './subject.ts'

/** What was looked at, and what there is to know about it. */
export interface Diagnosis {
  readonly kind: Subject['kind'] | 'server'
  /** Its name, where it has one. */
  readonly about?: string
  readonly findings: readonly Finding[]
}

/** Everything but an issuer, which must be asked for its metadata first. */
export type Given = Exclude<Subject, { kind: 'issuer' }>

/** Looks at it by every rule of its kind; one diagnosis for each client. `asked` is the issuer that was asked for it. */
export function diagnose(
  subject: Given,
  { now, asked }: { readonly now: number; readonly asked?: string },
): readonly Diagnosis[] {
  switch (subject.kind) {
    case 'discovery': {
      const { metadata } = subject
      const about = typeof metadata['issuer'] === 'string' ? { about: metadata['issuer'] } : {}
      const found = examine({ metadata, ...(asked === undefined ? {} : { asked }) }, discoveryRules)
      return [{ kind: subject.kind, ...about, findings: found }]
    }
    case 'authorize-url': {
      const { url } = subject
      const response_type = (url.searchParams.get('response_type') ?? '').split(' ')
      const redirect_uri = url.searchParams.get('redirect_uri')
      const findings = [
        ...examine({ url, response_type }, authorizeUrlRules),
        ...examine({ redirect_uris: redirect_uri === null ? [] : [redirect_uri] }, redirectUriRules),
      ]
      return [{ kind: subject.kind, about: url.origin + url.pathname, findings: worstFirst(findings) }]
    }
    case 'clients':
      return subject.described.map(described => {
        const client = readClient(described)
        const findings = [...examine(client, clientRules), ...examine(client, redirectUriRules)]
        return {
          kind: subject.kind,
          ...(client.name === undefined ? {} : { about: client.name }),
          findings: worstFirst(findings),
        }
      })
    case 'token': {
      const { header, claims } = subject
      return [{ kind: subject.kind, findings: examine({ header, claims, now }, tokenRules) }]
    }
  }
}

function worstFirst(findings: readonly Finding[]): readonly Finding[] {
  return [...findings].sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity))
}
