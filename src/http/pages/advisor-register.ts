import type { Result } from '../../advisor/advise.ts'
import { flowOf } from '../../advisor/flows.ts'
import { questionIds } from '../../advisor/questions.ts'
import { needsPlatform } from '../../advisor/registration.ts'
import { holdsSecret } from '../../core/client.ts'
import { lacking } from './advisor-lacking.ts'
import { html, type Markup } from './html.ts'

/** What a client of this flow registers, and the command that does it; or what this server lacks for it. */
export function advisorRegister(result: Result, missing: readonly string[], form: string): Markup {
  const flow = flowOf(result.flow)
  const { grant_types, response_types, token_endpoint_auth_method } = flow
  return html`
    <section aria-labelledby="register">
      <h2 id="register">Register this client</h2>
      ${
        missing.length > 0
          ? lacking(flow, missing)
          : html`
            <p>An administrator of this server can <a href=${form}>register it here</a>: the form asks only for what the answers do not say. Or whoever runs the server does it with one command, which prints the client’s id${holdsSecret(token_endpoint_auth_method ?? 'none') && ', and its secret once'}:</p>
            <pre tabindex="0"><code>${commandOf(result)}</code></pre>`
      }
      <dl class="rows">
        <div><dt><code>grant_types</code></dt><dd>${grant_types.map((it, index) => html`${index > 0 && ', '}<code>${it}</code>`)}</dd></div>
        <div><dt><code>response_types</code></dt><dd>${response_types.length === 0 ? 'none' : response_types.map((it, index) => html`${index > 0 && ', '}<code>${it}</code>`)}</dd></div>
        <div><dt><code>token_endpoint_auth_method</code></dt><dd><code>${token_endpoint_auth_method}</code></dd></div>
      </dl>
    </section>`
}

/** The two commands, one's answer the other's question, that register what was advised. */
export function commandOf({ answers, followups, policy, flow }: Result): string {
  const given = questionIds.flatMap(id =>
    answers[id] === undefined ? [] : [`--${id.replaceAll('_', '-')} ${answers[id]}`],
  )
  const settled = followups.flatMap(({ id, answer }) => (answer === null ? [] : [`--follow-up ${id}=${answer}`]))
  return [
    ...broken(['npx grantwise advise', ...given, ...settled, '--json |']),
    ...broken([
      'npx grantwise client create --from-advice -',
      ...(policy === 'best-practice' ? [] : [`--policy ${policy}`]),
      '--name "My app"',
      ...(flowOf(flow).response_types.length > 0 ? ['--redirect-uri https://app.example.com/callback'] : []),
      ...(needsPlatform({ flow })
        ? ['--federated-issuer https://ci.example.com', '--federated-subject repo:my/app:ref:refs/heads/main']
        : []),
    ]),
  ].join('\n')
}

/** A command over several lines, as shells take it. */
function broken(parts: readonly string[]): readonly string[] {
  const lines: string[] = []
  for (const part of parts) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + part.length < 60) lines[lines.length - 1] = `${last} ${part}`
    else lines.push(lines.length === 0 ? part : `  ${part}`)
  }
  return lines.map((line, index) => (index < lines.length - 1 ? `${line} \\` : line))
}
