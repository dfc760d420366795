import type { User } from '../../core/user.ts'
import { badge } from './app-badge.ts'
import { html, type Markup } from './html.ts'

/** What a page shows of who is signed in. */
export type Person = Pick<User, 'login' | 'claims'>

/** The name a person goes by, else the one they sign in with. */
export function displayName(person: Person): string {
  const name = person.claims['name']
  return typeof name === 'string' && name.trim() ? name : person.login
}

/** Who is signed in: both names, so that two people of one name are told apart; and what else there is to say. */
export function personCard(person: Person, more?: Markup): Markup {
  const name = displayName(person)
  return html`
    <div class="person">
      ${badge(name, true)}
      <p class="names">
        <bdi class="name">${name}</bdi>
        ${name !== person.login && html`<bdi class="login">${person.login}</bdi>`}
        ${more && html`<span class="small">${more}</span>`}
      </p>
    </div>`
}
