import { type App, appBadge, appName, nameOf } from './app-badge.ts'
import { cancelForm, type FormTarget, form } from './form.ts'
import { html, type Markup } from './html.ts'
import { layout } from './layout.ts'
import { displayName, type Person, personCard } from './person.ts'
import type { Site } from './site.ts'
import { when } from './when.ts'

/** An account that is signed in. */
export interface Account {
  readonly sid: string
  /** Seconds since 1970. */
  readonly auth_time: number
  readonly user: Person
}

export interface SelectAccountPage extends FormTarget {
  readonly app: App
  /** Those that are signed in here, the one used last first. */
  readonly accounts: readonly Account[]
  readonly now: number
}

/** Lets the person at the browser say which of the accounts that are signed in is the one to go on with. */
export function selectAccountPage(page: SelectAccountPage, site: Site): string {
  const { app, accounts, now } = page
  const several = accounts.length > 1
  // Two people of one name are told apart by what they sign in with.
  const nameIn = ({ user }: Account) =>
    accounts.filter(it => displayName(it.user) === displayName(user)).length > 1 ? user.login : displayName(user)
  return layout(site, {
    title: `Choose an account for ${nameOf(app)}`,
    content: html`
      ${appBadge(app)}
      <h1>Choose an account for ${appName(app)}</h1>
      <p>${several ? 'These accounts are signed in here:' : 'This account is signed in here:'}</p>
      ${form(
        page,
        html`
          ${accounts.map(
            (account, index) => html`
              ${personCard(account.user, html`Signed in ${when(account.auth_time, now)}`)}
              <button class=${index === 0 ? 'primary' : undefined} name="account" value=${several ? account.sid : 'current'}>Continue as <bdi>${nameIn(account)}</bdi></button>`,
          )}
          <button name="account" value="other">Use another account</button>`,
      )}
      ${several && accounts.map(account => signOut(page, account, nameIn(account)))}
      ${cancelForm(page, html`Cancel and return to ${appName(app)}`)}`,
  })
}

function signOut(target: FormTarget, { sid }: Account, name: string): Markup {
  return form(target, html`<button class="quiet" name="sign_out" value=${sid}>Sign out <bdi>${name}</bdi></button>`)
}
