import { type App, appBadge, appName } from './app-badge.ts'
import { clientsPath } from './client-path.ts'
import { type FormTarget, form } from './form.ts'
import { html, type Markup } from './html.ts'
import { layout } from './layout.ts'
import { type Person, personCard } from './person.ts'
import { type Api, scopeList } from './scope-list.ts'
import { scopeWords } from './scope-words.ts'
import { pathOf, type Site } from './site.ts'
import { when } from './when.ts'

/** An app that may act for the person, with the APIs it may use. */
export interface AccountApp {
  readonly app: App
  readonly parts: readonly { readonly api: Api | undefined; readonly scopes: readonly string[] }[]
  readonly since: number
  readonly last_used_at: number | undefined
}

export interface AccountSession {
  readonly sid: string
  readonly device: string
  readonly address: string
  readonly last_used_at: number
  readonly current: boolean
}

/** Part of a list, with the address of the rest. */
export interface Listed<T> {
  readonly items: readonly T[]
  /** The query that shows what comes next. */
  readonly more: string | undefined
}

export interface AccountPage {
  readonly user: Person & { readonly email?: string }
  readonly apps: Listed<AccountApp>
  readonly sessions: Listed<AccountSession>
  readonly signOut: FormTarget
  /** Where a list's buttons post. */
  readonly appsForm: FormTarget
  readonly sessionsForm: FormTarget
  readonly now: number
  readonly done?: AccountNews | undefined
  /** Registered apps that they look after: their own, or everybody's. */
  readonly looksAfter: 'own' | 'all' | undefined
}

const news = {
  password: 'Your password is changed. You are signed out everywhere else.',
  app: 'The app can no longer act for you.',
  session: 'That device is signed out.',
  sessions: 'You are signed out everywhere else.',
} as const

export type AccountNews = keyof typeof news

export function isAccountNews(text: string | undefined): text is AccountNews {
  return text !== undefined && Object.hasOwn(news, text)
}

/** Who may act for the person and where they are signed in, with the way to end each. */
export function accountPage(page: AccountPage, site: Site): string {
  const { user, done } = page
  return layout(site, {
    title: 'Your account',
    content: html`
      <h1>Your account</h1>
      ${done && html`<p class="message information" role="status">${news[done]}</p>`}
      <div class="signed-in first">
        ${personCard(user)}
        ${form(page.signOut, html`<button class="quiet" name="logout" value="yes">Sign out</button>`)}
      </div>
      ${user.email && html`<p class="small">Email address: <bdi>${user.email}</bdi></p>`}
      <p class="links"><a href=${pathOf(site, '/account/password')}>Change your password</a>${page.looksAfter && html` <a href=${pathOf(site, clientsPath)}>${page.looksAfter === 'all' ? 'Registered apps' : 'Apps you own'}</a>`}</p>
      ${apps(page, site)}
      ${sessions(page, site)}`,
  })
}

function apps({ apps: { items, more }, appsForm, now }: AccountPage, site: Site): Markup {
  return html`
    <h2 id="apps" class="section">Apps that can act for you</h2>
    ${
      items.length === 0
        ? html`<p class="small">None. An app appears here once you let it in.</p>`
        : form(appsForm, html`<ul class="rows" aria-labelledby="apps">${items.map(item => appRow(item, now))}</ul>`)
    }
    ${more && html`<p class="small"><a href=${pathOf(site, `/account?${more}`)}>More apps</a></p>`}`
}

function appRow({ app, parts, since, last_used_at }: AccountApp, now: number): Markup {
  return html`
    <li class="row">
      ${appBadge(app)}
      <div class="about">
        <p class="name">${appName(app)}</p>
        <p class="small">Since ${when(since, now)}${last_used_at !== undefined && html`, last used ${when(last_used_at, now)}`}</p>
      </div>
      <button class="danger" name="client_id" value=${app.client_id} aria-label=${`Remove the access of ${app.client_name ?? app.client_id}`}>Remove</button>
      <details class="access">
        <summary>What it can do</summary>
        ${parts.map(({ api, scopes }) => scopeList(inOrder(scopes), api))}
      </details>
    </li>`
}

/** OpenID Connect's own first, as the consent page has them. */
function inOrder(scopes: readonly string[]): readonly string[] {
  const known = Object.keys(scopeWords)
  const place = (scope: string) => (known.includes(scope) ? known.indexOf(scope) : known.length)
  return scopes.toSorted((a, b) => place(a) - place(b))
}

function sessions({ sessions: { items, more }, sessionsForm, now }: AccountPage, site: Site): Markup {
  const others = items.some(({ current }) => !current) || more !== undefined
  return html`
    <h2 id="sessions" class="section">Where you are signed in</h2>
    ${form(
      sessionsForm,
      html`
        <ul class="rows" aria-labelledby="sessions">${items.map(item => sessionRow(item, now))}</ul>
        ${others && html`<button name="sessions" value="others">Sign out everywhere else</button>`}`,
    )}
    ${more && html`<p class="small"><a href=${pathOf(site, `/account?${more}`)}>More devices</a></p>`}`
}

function sessionRow({ sid, device, address, last_used_at, current }: AccountSession, now: number): Markup {
  return html`
    <li class="row">
      <div class="about">
        <p class="name"><bdi>${device}</bdi>${current && html` <span class="tag">This one</span>`}</p>
        <p class="small"><bdi>${address}</bdi>, last used ${when(last_used_at, now)}</p>
      </div>
      ${!current && html`<button class="danger" name="session" value=${sid} aria-label=${`Sign out ${device}`}>Sign out</button>`}
    </li>`
}
