import type { Result } from '../../advisor/advise.ts'
import { adviseCommand, policyFlag } from '../../advisor/advise-command.ts'
import { missingFrom, type Offered } from '../../advisor/flow-table.ts'
import { flowOf } from '../../advisor/flows.ts'
import { registrationOf } from '../../advisor/registration.ts'
import { holdsSecret } from '../../core/client.ts'
import { sh } from '../../snippets/quote.ts'
import { advisedFile } from './advised-file.ts'
import { lacking } from './advisor-lacking.ts'
import { systemOf, withNextPart } from './advisor-parts.ts'
import { type AdvisorState, addressOf, newClientPath } from './advisor-state.ts'
import { applyCommand } from './apply-command.ts'
import { html, type Markup } from './html.ts'
import { registrationRows } from './registration-rows.ts'
import type { Site } from './site.ts'
import { examplesFor, type TypedFlags, typedFlags } from './typed-flags.ts'

/** How what was advised becomes a client, or several at once, and what follows for it; or what this server lacks for it. */
export function advisorRegister(result: Result, state: AdvisorState, offered: Offered, site: Site): Markup {
  const system = systemOf(state, result)
  const unfit = system.find(part => part.result.flow === 'none')
  const lacked = system.find(part => missingFrom(flowOf(part.result.flow), offered).length > 0)
  const registration = registrationOf(result)
  return html`
    <section class="register" aria-labelledby="register">
      <h2 id="register">${system.length === 1 ? 'Register this client' : `Register the ${system.length} parts of your system`}</h2>
      ${unfit ? html`<p class="message information">No flow fits what was answered about ${unfit.name}. Go back to it, or remove it, to register the others.</p>` : lacked ? lacking(flowOf(lacked.result.flow), missingFrom(flowOf(lacked.result.flow), offered)) : ways(system, state, site)}
      ${another(state, result, site)}
      ${
        registration &&
        html`
          <h3 class="follows">What follows from your answers</h3>
          <dl class="rows">${registrationRows(registration, result).map(({ name, value, why }) => html`<div><dt>${/^[a-z_]+$/.test(name) ? html`<code>${name}</code>` : name}</dt><dd>${value} <span class="why">${why}</span></dd></div>`)}</dl>`
      }
    </section>`
}

/** Where an administrator goes on at once; where something is in the way, or no server is there, what to know first. */
export function registerLink(result: Result, state: AdvisorState, offered: Offered, site: Site): Markup {
  const system = systemOf(state, result)
  const ready = system.every(
    ({ result: { flow } }) => flow !== 'none' && missingFrom(flowOf(flow), offered).length === 0,
  )
  const href = ready && !site.standalone ? addressOf(state, site, newClientPath) : '#register'
  const words = system.length === 1 ? 'Register this client' : `Register all ${system.length}`
  return html`<a class="button" href=${href}>${ready ? words : 'See what it needs'}</a>`
}

type System = ReturnType<typeof systemOf>

/** One button for an administrator; for everybody else what to run, or to send to somebody who does. */
function ways(system: System, state: AdvisorState, site: Site): Markup {
  const [only] = system.length === 1 ? system : []
  const secret = only && holdsSecret(flowOf(only.result.flow).token_endpoint_auth_method ?? 'none')
  return html`
    ${
      !site.standalone &&
      html`
        <p><a class="button" href=${addressOf(state, site, newClientPath)}>${only ? 'Register it here' : `Register all ${system.length} here`}</a></p>
        <p>An administrator of this server does it by this button: the form asks only for what the answers do not say${!only && ', and registers all of them or none'}.</p>`
    }
    ${
      only &&
      html`
        <p>${site.standalone ? 'Whoever runs a Grantwise server' : 'Or whoever runs the server'} does it with one command, which prints the client’s id${secret && ', and its secret once'}:</p>
        <pre tabindex="0"><code>${commandOf(only.result)}</code></pre>`
    }
    ${
      !only &&
      html`
        <details>
          <summary>${site.standalone ? 'With one command' : 'Or with one command'}</summary>
          <p>Whoever runs ${site.standalone ? 'a Grantwise server' : 'the server'} pastes it there. It makes the ids and secrets, registers all parts or none, and prints what it made. Put your own names, addresses, API and scopes in place of the examples.</p>
          <pre tabindex="0"><code>${applyCommand(partsOf(system))}</code></pre>
        </details>`
    }
    <details>
      <summary>${only ? 'Or with an apply file' : 'Or with one apply file'}</summary>
      <p>Save it as <code>client.json</code>, fill in what stands in angle brackets, and run <code>npx grantwise apply client.json</code>.</p>
      <pre tabindex="0"><code>${JSON.stringify(fileOf(system), null, 2)}</code></pre>
    </details>`
}

function fileOf(system: System): object {
  const parts = partsOf(system)
  return advisedFile(parts.length === 1 ? parts.map(({ registration }) => ({ registration })) : parts)
}

function partsOf(system: System) {
  return system.flatMap(({ name, result }) => {
    const registration = registrationOf(result)
    return registration ? [{ registration, name }] : []
  })
}

function another(state: AdvisorState, result: Result, site: Site): Markup | undefined {
  const next = withNextPart(state, result)
  if (next === undefined) return html`<p>That is as many parts as are registered at once.</p>`
  return html`<p>A system has several parts: a page, a job, a command? Each is an app of its own. <a href=${addressOf(next, site)}>Add another part of your system</a></p>`
}

/** What a form asks, where that is known; the rest stands in. */
export interface KnownToCommand extends TypedFlags {
  readonly client_name?: string
}

/** The two commands, one's answer the other's question, that register what was advised. */
export function commandOf(result: Result, { client_name = 'My app', ...known }: KnownToCommand = {}): string {
  const registration = registrationOf(result)
  return [
    ...broken(adviseCommand(result, 'npx grantwise')),
    ...broken([
      'npx grantwise client create --from-advice -',
      ...policyFlag(result),
      `--name ${sh(client_name)}`,
      ...typedFlags({ ...(registration && examplesFor(registration)), ...known }),
    ]),
  ].join('\n')
}

/** A command over several lines, as shells take it. */
export function broken(parts: readonly string[]): readonly string[] {
  const lines: string[] = []
  for (const part of parts) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + part.length < 60) lines[lines.length - 1] = `${last} ${part}`
    else lines.push(lines.length === 0 ? part : `  ${part}`)
  }
  return lines.map((line, index) => (index < lines.length - 1 ? `${line} \\` : line))
}
