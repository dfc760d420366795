import { isEnforced, type NetworkStanding } from '../../core/network-policy.ts'
import { type App, appBadge, appName } from './app-badge.ts'
import { cancelForm, type FormTarget, form } from './form.ts'
import { html, type Markup } from './html.ts'
import { layout } from './layout.ts'
import { pathOf, type Site } from './site.ts'

/** Answers, for this visitor, the question a notice leaves open: inside or outside, seen from where, and what follows. */
export function networkNotice(standing: NetworkStanding, app: App | undefined): Markup {
  const { inside, address } = standing
  const refuses = isEnforced(standing, 'login') || isEnforced(standing, 'authorize')
  const what = refuses ? 'This sign-in works' : app ? html`${appName(app)} works` : 'What you sign in to here works'
  const where = html`${what} only on ${networkName(standing)}.`
  if (inside) return html`<p class="small">${where} You are inside it (address ${address}).</p>`
  const pages = app ? html`pages of ${appName(app)}` : 'pages of the apps'
  return html`<p class="message retired">${where} You are outside it (address ${address}): you can sign in from here, but ${pages} may not load until you are inside. Your account is not blocked.</p>`
}

/** The same to whoever lets a device in, from where they are and not the device. */
export function deviceNotice(standing: NetworkStanding, app: App): Markup {
  const { inside, address } = standing
  const where = html`${appName(app)} works only on ${networkName(standing)}.`
  if (inside) return html`<p class="small">${where} You are inside it (address ${address}).</p>`
  return html`<p class="message retired">${where} You are outside it (address ${address}): you can connect the device from here, but ${appName(app)} may not work until it is inside. Your account is not blocked.</p>`
}

export interface OutsidePage {
  readonly standing: NetworkStanding
  /** The app whose sign-in it is, and the form that goes on with its request; absent at somebody's own account. */
  readonly app?: { readonly app: App; readonly target: FormTarget }
  /** Where else it is tried again: somebody who is signed in typed the code of a device, which they learn nothing of. */
  readonly device?: { readonly path: string }
  /** What finds this refusal again: in the log, the journeys and the look-up. */
  readonly reference: string
}

/** In place of a sign-in that does not work from here: it is the place and not the person, and what to do about it. */
export function outsidePage({ standing, app, device, reference }: OutsidePage, site: Site): string {
  const title = `You cannot ${device ? 'connect a device' : 'sign in'} from here`
  const what = app ? html`Signing in to ${appName(app.app)}` : device ? 'Connecting this device' : 'Signing in'
  return layout(site, {
    title,
    content: html`
      ${app && appBadge(app.app)}
      <h1>${title}</h1>
      <p>${what} works only on ${networkName(standing)}. You are outside it: this server sees you at the address <bdi class="host">${standing.address}</bdi>.</p>
      <p>Your account is not blocked, and nothing is wrong with it.</p>
      <h2>What you can do</h2>
      <p>Try again from ${networkName(standing)}.</p>
      ${
        app
          ? html`
            ${form(app.target, html`<button class="primary" name="account" value="other">Try again</button>`)}
            ${cancelForm(app.target, html`Cancel and return to ${appName(app.app)}`)}`
          : html`<p><a href=${pathOf(site, device?.path ?? '/sign-in')}>Try again</a></p>`
      }
      <p class="small">On that network already? Tell whoever runs this server, with the reference: it may see the address of a proxy in place of yours. <a href=${pathOf(site, '/errors/network-outside')}>More about this</a></p>
      <p class="reference">Reference <code>${reference}</code></p>`,
  })
}

function networkName({ policy }: NetworkStanding): Markup {
  return html`<bdi>${policy.text}</bdi>`
}
