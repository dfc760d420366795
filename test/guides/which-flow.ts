import { chartOf, conditionOf } from '../../src/advisor/chart.ts'
import { flowOf } from '../../src/advisor/flows.ts'
import { policies } from '../../src/advisor/policies/index.ts'
import type { Policy, Rule } from '../../src/advisor/policies/policy.ts'
import { type Question, questions } from '../../src/advisor/questions.ts'
import { type Source, sourceOf } from '../../src/advisor/sources.ts'

/** The page `docs/which-flow.md`: questions, rules and charts of the advisor, as they are. */
export function whichFlow(): string {
  return `${[
    '# Which OAuth flow should I use?',
    'Helps to find the OAuth 2.0 flow for each kind of program: the questions that decide it, and what three policies make of the answers. [The advisor](advisor.md) asks the same questions one by one; this page is written from its rules, and a test keeps it so.',
    '## Contents',
    list([
      '[What decides](#what-decides)',
      ...questions.map(({ id, text }) => `  - [${text}](#${id})`),
      ...policies.map(({ id, name, date }) => `[${name}](#${id}), as of ${date}`),
      '[Words](#words)',
    ]),
    '## What decides',
    'Answer for the program, in this order; the advisor leaves out what can change nothing any more.',
    ...questions.flatMap(questionLines),
    ...policies.flatMap(policyLines),
    '## Words',
    'Resource owner, client, resource server, authorization server, user agent: the [glossary](glossary.md) says who is who.',
  ].join('\n\n')}\n`
}

function questionLines({ id, text, choices }: Question): readonly string[] {
  return [
    `<a id="${id}"></a>\n### ${text}`,
    list(choices.map(choice => `**${choice.text}** (\`${choice.value}\`): ${choice.explanation}`)),
  ]
}

function policyLines(policy: Policy): readonly string[] {
  const { id, name, date, about, rules } = policy
  return [
    `<a id="${id}"></a>\n## ${name}`,
    `As of ${date}: ${about}. The first rule that fits decides.`,
    `\`\`\`mermaid\n${chartOf(policy)}\n\`\`\``,
    ...rules.map(ruleLines),
  ]
}

function ruleLines(rule: Rule): string {
  const { name, retired } = flowOf(rule.flow)
  const sources = rule.sources.map(it => sourceLine(sourceOf(it))).join('; ')
  const said = [rule.why, ...(retired === undefined ? [] : [retired])].join(' ')
  return `<a id="${rule.id}"></a>\n**${rule.id}** · ${conditionOf(rule)} → **${name}**. ${said} (${sources})`
}

function sourceLine({ title, section, url }: Source): string {
  const words = section === undefined ? title : `${title}, ${section}`
  return url === undefined ? words : `[${words}](${url})`
}

function list(items: readonly string[]): string {
  return items.map(it => (it.startsWith('  ') ? it : `- ${it}`)).join('\n')
}
