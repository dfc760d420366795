import { type Role, roles, rolesInOrder } from '../core/roles.ts'
import type { JourneySummary, JourneyView, Parameter, Step, StepCheck } from '../journeys/step.ts'
import { plain } from './plain.ts'

/** Where lines go: how wide, and whether it shows colours. */
export interface Screen {
  readonly width: number
  readonly colours: boolean
}

const colours: Readonly<Record<Role, number>> = {
  resource_owner: 141,
  user_agent: 103,
  client: 37,
  authorization_server: 214,
  resource_server: 75,
}

const dim = 245
const red = 203

function paint(text: string, colour: number, { colours }: Screen): string {
  return colours ? `\u001b[38;5;${colour}m${text}\u001b[0m` : text
}

/** What the server keeps, in a sentence. */
export function samplingLine(sampling: 'off' | 'all' | number): string {
  if (sampling === 'all') return 'This server keeps every journey.'
  if (sampling === 'off') return 'This server keeps no journeys; start it with --journeys all to see them.'
  const share = `${Math.round(sampling * 10_000) / 100} %`
  return `This server keeps ${share} of its journeys, and every refusal; --journeys all keeps all.`
}

/** A line for each journey, the newest first. */
export function listLines(journeys: readonly JourneySummary[], screen: Screen): readonly string[] {
  if (journeys.length === 0) return ['No journeys yet.']
  const rows = journeys.map(it => [
    `${date(it.last_at)} ${time(it.last_at).slice(0, 8)}`,
    it.id,
    plain(it.client_id ?? '-'),
    plain(it.login ?? it.sub ?? '-'),
    outcome(it),
    it.kind,
  ])
  const all = [['when', 'journey', 'client', 'user', 'outcome', 'kind'], ...rows]
  const widths = all.reduce<number[]>((most, row) => row.map((cell, at) => Math.max(cell.length, most[at] ?? 0)), [])
  if (widths.reduce((sum, it) => sum + it + 2, 0) - 2 > screen.width) return rows.flatMap(row => narrowRow(row, screen))
  return all.map((row, index) => {
    const line = row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd()
    return index === 0 ? paint(line, dim, screen) : line
  })
}

function narrowRow([when = '', id = '', ...rest]: readonly string[], screen: Screen): readonly string[] {
  return [...wrap(`${id}  ${paint(when, dim, screen)}`, 0, screen), ...wrap(rest.join(' · '), 2, screen)]
}

function outcome({ outcome: { kind, reason } }: Pick<JourneySummary, 'outcome'>): string {
  return reason === undefined ? kind : `${kind}: ${plain(reason)}`
}

/** One journey as a sequence of messages. */
export function journeyLines(journey: JourneyView, screen: Screen): readonly string[] {
  const { id, kind, started_at, client_id, login, sub, steps, forgotten, partial, token_requests } = journey
  const facts = [
    kind,
    `client ${plain(client_id ?? 'unknown')}`,
    ...(sub === undefined ? [] : [`user ${plain(login ?? sub)}`]),
    outcome(journey),
    `${token_requests} token ${token_requests === 1 ? 'request' : 'requests'}`,
  ]
  return [
    ...wrap(`Journey ${id}  ${paint(`${date(started_at)} ${time(started_at)}`, dim, screen)}`, 0, screen),
    ...wrap(facts.join(' · '), 0, screen),
    ...wrap(
      rolesInOrder.map(role => paint(`${roles[role].letter} ${roles[role].name}`, colours[role], screen)).join('  '),
      0,
      screen,
    ),
    ...(partial ? ['Its first messages were not kept.'] : []),
    '',
    ...steps.flatMap((step, at) => {
      const gap = forgotten > 0 && at === Math.floor(steps.length / 2)
      return [...(gap ? [`  … ${forgotten} steps are forgotten …`] : []), ...stepLines(step, screen)]
    }),
  ]
}

/** A step that has just happened. */
export function happeningLines(
  { journey, step, missed }: { readonly journey: JourneySummary; readonly step: Step; readonly missed?: number },
  screen: Screen,
): readonly string[] {
  const lost = missed === undefined ? [] : [`… ${missed} steps came too fast to be shown …`]
  return [...lost, paint(journey.id, dim, screen), ...stepLines(step, screen)]
}

function stepLines(step: Step, screen: Screen): readonly string[] {
  const { at, from, to, what, inferred, took, parameters = [], checks = [], effects = [], retired } = step
  const role = (it: Role) => paint(roles[it].letter, colours[it], screen)
  const head = [
    paint(time(at), dim, screen),
    `${role(from)} ${inferred ? '⇢' : '→'} ${role(to)}`,
    plain(what),
    ...(inferred ? [paint('(inferred)', dim, screen)] : []),
    ...(took === undefined ? [] : [paint(`${took} ms`, dim, screen)]),
  ]
  const passed = checks.filter(it => it.passed && it.sentence === undefined).map(it => it.reason)
  const noticed = checks.filter(it => it.passed && it.sentence !== undefined)
  return [
    ...wrap(head.join('  '), 0, screen, 4),
    ...parameters.flatMap(it => wrap(parameterText(it), 4, screen)),
    ...(passed.length > 0 ? wrap(`ruled out: ${passed.join(', ')}`, 4, screen) : []),
    ...noticed.flatMap(it => wrap(plain(`let through: ${it.reason}: ${it.sentence}`), 4, screen)),
    ...checks.filter(it => !it.passed).flatMap(it => refusalLines(it, screen)),
    ...(retired === undefined
      ? []
      : wrap(`retired: ${retired.flow} (${retired.rule}); move to ${retired.instead}`, 4, screen)),
    ...effects.flatMap(({ done, kind, id }) => wrap(plain(`${done} ${kind.replaceAll('_', ' ')} ${id}`), 4, screen)),
  ]
}

function parameterText({ name, value, id, kid, length }: Parameter): string {
  const said = [
    ...(value === undefined ? [] : [value]),
    ...(id === undefined ? [] : [`id ${id}`]),
    ...(kid === undefined ? [] : [`kid ${kid}`]),
    ...(length === undefined ? [] : [`(${length} characters)`]),
  ]
  return plain(`${name} = ${said.length > 0 ? said.join(' ') : '(hidden)'}`)
}

function refusalLines({ reason, sentence = '', detail = {} }: StepCheck, screen: Screen): readonly string[] {
  const facts = Object.entries(detail).map(
    ([name, it]) => `${name}: ${typeof it === 'string' ? it : JSON.stringify(it)}`,
  )
  return [
    ...wrap(paint(plain(`✗ ${reason}: ${sentence}`), red, screen), 4, screen),
    ...facts.flatMap(it => wrap(plain(it), 8, screen)),
  ]
}

/** Breaks between words, or inside one that is longer than a line. */
function wrap(text: string, indent: number, { width, colours }: Screen, hanging = indent + 2): string[] {
  const lines: string[] = []
  let line = ' '.repeat(indent)
  let used = indent
  const room = Math.max(width, 24)
  for (const word of text.split(/(?<= )/)) {
    let rest = word
    while (used + visible(rest.trimEnd()) > room && used > hanging) {
      lines.push(line.trimEnd())
      line = ' '.repeat(hanging)
      used = hanging
    }
    // A coloured word is short; only plain ones are ever cut.
    while (
      used + visible(rest) > room &&
      !(colours && rest.includes('\u001b')) &&
      rest.trimEnd().length > room - used
    ) {
      lines.push(line + rest.slice(0, room - used))
      rest = rest.slice(room - used)
      line = ' '.repeat(hanging)
      used = hanging
    }
    line += rest
    used += visible(rest)
  }
  return [...lines, line.trimEnd()]
}

function visible(text: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the colours that paint() writes
  return text.replaceAll(/\u001b\[[\d;]*m/g, '').length
}

function date(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}

function time(at: number): string {
  return new Date(at).toISOString().slice(11, 23)
}
