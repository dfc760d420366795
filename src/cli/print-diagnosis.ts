import type { Diagnosis } from '../doctor/diagnose.ts'
import type { Finding } from '../doctor/finding.ts'
import { plain } from './plain.ts'
import { wrap } from './wrap.ts'

const kinds: Readonly<Record<Diagnosis['kind'], string>> = {
  server: 'This server',
  issuer: 'Issuer',
  discovery: 'Issuer',
  'authorize-url': 'Request to',
  clients: 'Client',
  token: 'Token',
}

/** What was found, for people: the worst first, each with what to do and who says so. */
export function diagnosisLines({ kind, about, findings }: Diagnosis): readonly string[] {
  const title = [kinds[kind], about].filter(it => it !== undefined).join(' ')
  if (findings.length === 0) return ['', `${plain(title)}: nothing to say.`]
  return ['', plain(title), ...findings.flatMap(findingLines)]
}

function findingLines({ severity, id, member, what, mend, instead, rule }: Finding): readonly string[] {
  return [
    '',
    `  ${severity.padEnd(8)} ${plain([id, member].filter(it => it !== undefined).join(' · '))}`,
    ...wrap(plain(what), '    ', '    '),
    ...wrap(plain(`Mend: ${mend}`), '    ', '    '),
    ...(instead === undefined ? [] : [`    Instead: ${plain(instead)}`]),
    `    ${rule}`,
  ]
}
