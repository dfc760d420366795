import { enter, newPassword } from '../accounts/support.ts'
import { usual } from '../advisor/samples.ts'
import { newClientUrl, openForm, send as register } from '../clients/support.ts'
import { authorize, authorizeUrl, type Browser, openBrowser, type Page, signIn } from '../support/browser.ts'
import { codesOf, decide, typeCode, withDevices } from '../support/device.ts'
import { fieldsOf } from '../support/form.ts'
import { through } from '../support/raw.ts'
import type { TestServer } from '../support/server.ts'
import { password, world } from '../support/world.ts'

/** What a server must be started with so that every page can be seen. */
export const everyPageOptions = { document: withDevices(world), config: { sign_up: true } } as const

const firstParty = { client_id: 'first-party', redirect_uri: 'http://127.0.0.1:5005/callback' }
const web = { client_name: 'Photo Prints', redirect_uris: 'https://app.example.com/callback' }

/** One of each kind of page that a server shows, errors included, by name. Leaves an administrator behind. */
export async function everyPage(server: TestServer): Promise<ReadonlyMap<string, Page>> {
  const pages = new Map<string, Page>()
  const at = (path: string) => server.issuer + path
  const keep = (name: string, page: Page): Page => {
    pages.set(name, page)
    return page
  }
  const see = async (name: string, browser: Browser, url: string) => keep(name, await browser.get(url))
  const url = (changes: Record<string, string | undefined> = {}) => authorizeUrl(server.issuer, changes)
  const stranger = openBrowser()

  await see('set-up', stranger, at('/set-up'))
  await server.apply({ users: [{ login: 'root', password, roles: ['admin'] }] })
  await see('set-up, done', stranger, at('/set-up'))
  await see('home', stranger, at('/'))
  await see('home, answered', stranger, at(`/?${new URLSearchParams({ ...usual })}`))
  await see('home, refused', stranger, at('/?runs_on=toaster'))
  await see('flows', stranger, at('/flows'))
  await see('doctor', stranger, at('/doctor'))
  await see('errors', stranger, at('/errors'))
  await see('error', stranger, at('/errors/redirect-uri-mismatch'))
  await see('error unknown', stranger, at('/errors/nothing'))
  await see('look-up', stranger, at('/errors/lookup?reference=x'))
  await see('404', stranger, at('/nothing'))
  await see('405', stranger, at('/consent'))
  await see('400, URL', stranger, at('/%ff'))
  await see('account, signed out', stranger, at('/account'))
  await see('device, signed out', stranger, at('/device?user_code=BCDF-GHJK'))
  await see('sign-up', stranger, at('/sign-up'))
  await see('logout, signed out', stranger, at('/logout'))
  await see('logout, refused', stranger, at('/logout?post_logout_redirect_uri=x'))
  await see('authorize, unknown client', stranger, url({ client_id: 'nobody' }))
  await see('authorize, other address', stranger, url({ redirect_uri: 'https://evil.example/' }))
  await see('form_post, error', stranger, url({ prompt: 'none', response_mode: 'form_post' }))
  const asked = await see('sign-in', stranger, url())
  keep('sign-in, wrong', await signIn(stranger, asked, 'nobody', 'x'))
  keep('sign-up on the way', await stranger.submit(asked, '/sign-up', { sign_up: 'yes' }))
  for (const path of ['/sign-in', '/sign-up', '/set-up', '/consent', '/select-account', '/logout', '/authorize']) {
    keep(`POST ${path}, foreign`, await stranger.post(at(path), { parked: 'x' }, { origin: 'https://evil.example' }))
  }
  for (const path of [
    '/device',
    '/doctor',
    '/account/apps',
    '/account/sessions',
    '/account/password',
    '/clients/new',
    '/clients/web',
    '/clients/web/advice',
  ]) {
    keep(`POST ${path}, foreign`, await stranger.post(at(path), { form: 'x' }, { origin: 'https://evil.example' }))
  }
  keep('413', await stranger.post(at('/sign-in'), 'x'.repeat(100_001)))
  keep('415', await stranger.post(at('/sign-in'), 'x', { 'content-type': 'x' }))
  const elsewhere = openBrowser(through(server.url, { host: 'evil.example' }))
  keep('421', await elsewhere.post(at('/sign-in'), {}))

  const { browser: alice, page: account } = await enter(server)
  keep('account', account)
  keep('consent', await alice.get(url({ prompt: 'consent' })))
  await authorize(alice, url(firstParty))
  keep('account, with an app', await alice.get(at('/account')))
  await see('select-account', alice, url({ prompt: 'select_account' }))
  await see('form_post', alice, url({ ...firstParty, response_mode: 'form_post' }))
  await see('authorize, unknown client, signed in', alice, url({ client_id: 'nobody' }))
  await see('device', alice, at('/device'))
  keep('device, wrong', await typeCode(alice, server.issuer, 'BCDF-GHJK'))
  const device = await typeCode(alice, server.issuer, (await codesOf(server.issuer)).user_code)
  keep('device, asks', device)
  keep('device, let in', await decide(alice, device))
  keep('device, answered before', await decide(alice, device))
  const passwordPage = await see('password', alice, at('/account/password'))
  const form = /name="form" value="([^"]*)"/.exec(passwordPage.html)?.[1] ?? ''
  keep('password, refused', await alice.post(at('/account/password'), { form, password, new_password: 'short' }))
  await see('logout', alice, at('/logout'))
  await see('new client, for others', alice, newClientUrl(server))
  const { browser: root, page: newClient } = await openForm(server)
  keep('new client', newClient)
  keep('new client, refused', await register(root, newClient, { ...web, redirect_uris: 'x' }))
  keep('new client, not yet', await root.get(newClientUrl(server, { ...usual, redirect: 'no' })))
  const done = await register(root, newClient, { ...web, 'api-0': world.resource_servers[0].audience })
  keep('new client, done', done)
  keep('new client, done before', await register(root, newClient, web))
  await see('apps, signed out', stranger, at('/clients'))
  await see('app, signed out', stranger, at('/clients/web'))
  await see('apps, none', alice, at('/clients'))
  await see('app, of others', alice, at('/clients/web'))
  await see('apps', root, at('/clients'))
  await see('app', root, at('/clients/web'))
  await see('app, unknown', root, at('/clients/nothing'))
  const changing = await see('change an app', root, at(`/clients/web/advice?${new URLSearchParams({ ...usual })}`))
  keep('change an app, looked at again', await root.post(changing.url, { ...fieldsOf(changing.html), do: 'look' }))
  const out = /name="parked" value="([^"]*)"/.exec((await alice.get(at('/logout'))).html)?.[1] ?? ''
  keep('signed out', await alice.post(at('/logout'), { parked: out, logout: 'yes' }))
  keep('sign-up, refused', await refusedSignUp(server))
  return pages
}

async function refusedSignUp(server: TestServer): Promise<Page> {
  const browser = openBrowser()
  const page = await browser.get(`${server.issuer}/sign-up`)
  const form = /name="form" value="([^"]*)"/.exec(page.html)?.[1] ?? ''
  return browser.post(page.url, { form, login: 'alice', password: newPassword, password_again: newPassword })
}
