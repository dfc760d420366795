import type { Advice, Result } from '../advisor/advise.ts'
import { adviseCommand, policyFlag } from '../advisor/advise-command.ts'
import { missingFrom, traitsOf } from '../advisor/flow-table.ts'
import { familyOf, flowOf } from '../advisor/flows.ts'
import { policies, policyOf } from '../advisor/policies/index.ts'
import type { PolicyId } from '../core/client.ts'
import { offered } from './offered.ts'
import { wrap } from './wrap.ts'

/** Advice for people: the chosen policy's answer whole, and the others' beside it. */
export function printAdvice(advice: Advice, policy: PolicyId): void {
  const result = advice[policy]
  const flow = flowOf(result.flow)
  const missing = missingFrom(flow, offered)
  const lines = [
    '',
    `${policyOf(policy).name} (${result.policy_date}), rule ${result.rule_id}: ${flow.name}`,
    '',
    ...wrap(flow.headline),
    ...wrap(result.why),
    ...(flow.id === 'none' ? [] : ['', ...wrap(traitsLine(result))]),
    ...(missing.length === 0
      ? []
      : ['', ...wrap(`This version of Grantwise cannot run it yet: it lacks ${missing.join(', ')}.`)]),
    ...section('Know before you start', result.warnings),
    ...section('How it works', flow.how?.steps ?? []),
    ...(flow.how === undefined ? [] : ['', ...flow.how.example.split('\n').map(line => `    ${line}`.trimEnd())]),
    ...section('What the others say', otherLines(advice, policy)),
    ...section(
      'Not chosen',
      result.not_chosen.map(it => `${flowOf(it.flow).name}: ${it.reason}`),
    ),
    ...section('Settle next', openFollowUps(result)),
    ...section('Settled', settledFollowUps(result)),
    ...section(
      'Sources',
      result.sources.map(it => [it.title, it.section].filter(Boolean).join(', ')),
    ),
    ...(flow.id === 'none' || missing.length > 0 ? [] : ['', 'To register it:', '', ...registerLines(result)]),
    '',
  ]
  console.log(lines.join('\n'))
}

function traitsLine(result: Result): string {
  const { user_resources, requires_secret } = traitsOf(flowOf(result.flow))
  return [
    `Reaches a user’s data: ${yesOrNo(user_resources)}`,
    `needs a secret: ${yesOrNo(requires_secret)}`,
    `refreshes its access token: ${{ always: 'always', on_request: 'when asked for', never: 'no' }[result.refresh]}.`,
  ].join(' · ')
}

function yesOrNo(value: boolean): string {
  return value ? 'yes' : 'no'
}

function otherLines(advice: Advice, policy: PolicyId): readonly string[] {
  return policies
    .filter(({ id }) => id !== policy)
    .map(({ id, name, date }) => {
      const other = advice[id]
      const same = familyOf(other.flow) === familyOf(advice[policy].flow)
      const agreement = same ? 'agrees' : `disagrees: ${other.why}`
      return `${name} (${date}), rule ${other.rule_id}, ${flowOf(other.flow).name}: ${agreement}`
    })
}

function openFollowUps({ followups }: Result): readonly string[] {
  return followups
    .filter(({ answer }) => answer === null)
    .map(({ id, text, answers }) => `${id} ${text} (${answers.map(({ value }) => value).join(', ')})`)
}

function settledFollowUps({ followups }: Result): readonly string[] {
  return followups.flatMap(({ id, text, answer, outcome }) =>
    answer === null ? [] : [`${id} ${text} ${answer}. ${outcome}`],
  )
}

function registerLines(result: Result): readonly string[] {
  const create = ['grantwise client create --from-advice -', ...policyFlag(result), '--name "My app" …']
  return [`  ${adviseCommand(result, 'grantwise').join(' ')}`, `    ${create.join(' ')}`]
}

function section(title: string, items: readonly string[]): readonly string[] {
  return items.length === 0 ? [] : ['', title, ...items.flatMap(item => wrap(item, '  - ', '    '))]
}
