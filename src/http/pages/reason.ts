import type { ErrorGroup, Explanation } from '../../advisor/explain/index.ts'
import { explain } from '../../advisor/explain/index.ts'
import { errorStylesheet } from '../assets/index.ts'
import { menders, reasonFacts } from './error.ts'
import { html, type Markup } from './html.ts'
import { layout } from './layout.ts'
import { pathOf, type Site } from './site.ts'

/** The page of one reason, the same for everybody: it knows of no request. */
export function reasonPage(explanation: Explanation, site: Site): string {
  const { title, happened, who, mend } = explanation
  return layout(site, {
    title,
    findable: true,
    broad: errorStylesheet,
    content: html`
      <h1>${title}</h1>
      <p>${happened}</p>
      <h2>${menders[who]}</h2>
      <p>${mend}</p>
      ${reasonFacts(explanation)}
      <p><a href=${pathOf(site, '/errors')}>All errors, and looking one up</a></p>`,
  })
}

/** Every reason by group, and where a reference is looked up. */
export function reasonsPage(groups: readonly ErrorGroup[], site: Site): string {
  return layout(site, {
    title: 'Errors of this server',
    broad: errorStylesheet,
    findable: true,
    content: html`
      <h1>Errors of this server</h1>
      <p>Each error that this server answers has a page that says what happened, who can mend it and how.</p>
      ${lookupForm(site)}
      ${groups.map(
        ({ title, ids }) => html`
          <h2>${title}</h2>
          <ul class="reasons">${ids.map(id => html`<li><a href=${pathOf(site, `/errors/${id}`)}>${explain(id).title}</a> <code>${id}</code></li>`)}</ul>`,
      )}`,
  })
}

/** The answer to a reference that is unknown, forgotten, or about an app of somebody else: they must look alike. */
export function nothingFoundPage(site: Site): string {
  return layout(site, {
    title: 'Nothing found',
    content: html`
      <h1>Nothing found</h1>
      <p>There is nothing under this reference that you may see. Details are kept for a while only, and shown to the owners of the app they are about and to administrators.</p>
      <h2>What you can do</h2>
      <p>Sign in as an owner of the app, then look the reference up again.</p>
      ${lookupForm(site)}
      <p><a href=${pathOf(site, '/errors')}>All errors of this server</a></p>`,
  })
}

function lookupForm(site: Site): Markup {
  return html`
    <form method="get" action=${pathOf(site, '/errors/lookup')}>
      <label for="reference">Reference on an error page</label>
      <input id="reference" name="reference" type="text" required maxlength="100" autocomplete="off" autocapitalize="none" spellcheck="false" />
      <button class="primary">Look it up</button>
    </form>`
}
