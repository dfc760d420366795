import type { Diagnosis } from '../../doctor/diagnose.ts'
import type { Finding } from '../../doctor/finding.ts'
import { advisorStylesheet, clientStylesheet } from '../assets/index.ts'
import { advisorFoot } from './advisor-foot.ts'
import { type FormTarget, form } from './form.ts'
import { html, type Markup } from './html.ts'
import { layout } from './layout.ts'
import { ruleMarkup } from './rule.ts'
import { pathOf, type Site } from './site.ts'

/** What came of looking at what was given. */
export type DoctorOutcome =
  | { readonly kind: 'examined'; readonly diagnoses: readonly Diagnosis[] }
  /** Another server was asked, and this is what came of it. */
  | { readonly kind: 'unanswered'; readonly whys: readonly { readonly place: string; readonly why: string }[] }
  | { readonly kind: 'refused'; readonly why: string }

/** A field for what is to be looked at, and above it what was found in what was given before. */
export function doctorPage(outcome: DoctorOutcome | undefined, target: FormTarget, site: Site): string {
  return layout(site, {
    title: 'What is wrong with it?',
    findable: true,
    screen: { stylesheet: advisorStylesheet, foot: advisorFoot(site) },
    broad: clientStylesheet,
    content: html`
      <article class="doctor">
        <p class="kicker">The doctor</p>
        <h1 class="question">What is wrong with it?</h1>
        ${outcome === undefined ? html`<p class="lead">Give it a request for an authorization, a client, a token, or what a server publishes of itself. It says what is wrong, by which rule, and how to mend it.</p>` : said(outcome)}
        ${ask(outcome, target)}
        <section aria-labelledby="looks">
          <h2 id="looks">What it looks at</h2>
          <dl class="rows">
            <div><dt>A request’s address</dt><dd><code>https://id.example.com/authorize?response_type=…</code> With a retired flow comes the request as it should be today.</dd></div>
            <div><dt>A client</dt><dd>The JSON of RFC 7591, of an apply file, of Auth0’s Management API, or of Keycloak’s export.</dd></div>
            <div><dt>A token</dt><dd>Itself, or <code>{"header": …, "claims": …}</code>. Its signature is not looked at. Who has seen a token can use it: take one that has ended, or leave the signature out.</dd></div>
            <div><dt>A server</dt><dd>Its discovery document. An administrator can give its address.</dd></div>
          </dl>
          <p class="small">Nothing of it is kept. In a terminal: <code>grantwise doctor</code>. Which flow fits: <a href=${pathOf(site, '/')}>ask the advisor</a>.</p>
        </section>
      </article>`,
  })
}

function ask(outcome: DoctorOutcome | undefined, target: FormTarget): Markup {
  const refused = outcome?.kind === 'refused'
  return form(
    target,
    html`
      <div class="field">
        <label for="given">${outcome === undefined ? 'What is to be looked at' : 'Look at something else'}</label>
        <textarea id="given" name="given" rows="6" required spellcheck="false" autocapitalize="off" autocomplete="off" aria-invalid=${refused ? 'true' : undefined} aria-describedby=${refused ? 'refused' : undefined}></textarea>
        ${refused && html`<p class="problem" id="refused">${outcome.why}</p>`}
      </div>
      <button class="primary" type="submit">Look at it</button>`,
  )
}

function said(outcome: DoctorOutcome): Markup | false {
  switch (outcome.kind) {
    case 'refused':
      return false
    case 'unanswered':
      return html`
        <section class="message information" aria-labelledby="unanswered">
          <h2 id="unanswered">No metadata could be fetched</h2>
          <ul>${outcome.whys.map(({ place, why }) => html`<li><code>${place}</code>: ${why}</li>`)}</ul>
        </section>`
    case 'examined':
      return html`${outcome.diagnoses.map(diagnosis)}`
  }
}

function diagnosis({ about, findings }: Diagnosis, index: number): Markup {
  const id = `diagnosis-${index}`
  return html`
    <section class="diagnosis" aria-labelledby=${id}>
      <h2 id=${id}>${about ?? 'What you gave'}</h2>
      ${findings.length === 0 ? html`<p class="lead">Nothing to say against it.</p>` : html`<ul class="findings">${findings.map(finding)}</ul>`}
    </section>`
}

const severities = { error: 'Error', warning: 'Warning', note: 'Note' } as const

function finding({ severity, id, member, what, mend, instead, rule }: Finding): Markup {
  return html`
    <li class=${severity}>
      <p class="kicker"><span class="severity">${severities[severity]}</span> <code>${id}</code>${member !== undefined && html` · <code>${member}</code>`}</p>
      <p class="what">${what}</p>
      <p>${mend}</p>
      ${instead !== undefined && html`<pre tabindex="0"><code>${instead}</code></pre>`}
      <p class="rule">${rulesOf(rule).map((it, index) => html`${index > 0 && ', '}${ruleMarkup(it)}`)}</p>
    </li>`
}

/** Each of them whole: in "RFC 9700 §2.1, §4.7.1" the second is of the same document. */
function rulesOf(rule: string): readonly string[] {
  let document = ''
  return rule.split(', ').map(part => {
    const whole = part.startsWith('§') ? `${document} ${part}` : part
    document = whole.split(' §', 1).join('')
    return whole
  })
}
