import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { authorizeUrl, type Browser, openBrowser, type Page } from '../support/browser.ts'
import { countRows } from '../support/rows.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { obtainTokens } from '../support/token.ts'
import { world } from '../support/world.ts'
import { loopbackTricks, schemeTricks, type Trick, webTricks } from './redirect-tricks.ts'

const [web, , , , native] = world.clients
const registered = {
  'web-name': 'https://app.example.com/callback',
  web: 'http://127.0.0.1:5001/callback',
  'native-own': 'http://127.0.0.1/callback',
} as const
type Attacked = keyof typeof registered
const privateUse = 'com.example.app:/callback'

/** Alice owns them, so that her error pages show what was sent; the operator's own ask for no consent. */
const owned = (grantwise: object) => ({ ...grantwise, first_party: true, owners: ['alice'] })
const clients = [
  { ...web, grantwise: owned(web.grantwise) },
  { ...web, client_id: 'web-name', redirect_uris: [registered['web-name']], grantwise: owned(web.grantwise) },
  { ...native, client_id: 'native-own', grantwise: owned(native.grantwise) },
]

let server: TestServer
/** Alice, signed in: any request of these clients that is accepted is answered with a code. */
let victim: Browser
beforeAll(async () => {
  server = await startServer({ document: { ...world, clients: [...clients, ...world.clients.slice(1)] } })
  victim = openBrowser()
  await obtainTokens(server.issuer, {}, victim)
})
afterAll(() => server.close())

const url = (changes: Record<string, string | undefined> = {}) => authorizeUrl(server.issuer, changes)
const rows = () => countRows(server.data_dir)

/** Ways a request may end: with a code, with an error that would be told to the client, and in a form. */
const endings = [{}, { prompt: 'none', scope: 'unknown' }, { prompt: 'none', response_mode: 'form_post' }] as const

/** A page that leads nowhere but around this server and to the text of a rule. */
function expectKept(page: Page, uri: string): void {
  expect(page).toMatchObject({ status: 400, location: undefined })
  expect(page.headers.get('refresh')).toBeNull()
  expect(page.headers.get('content-security-policy')).not.toContain('evil')
  expect(page.html).not.toMatch(/[0-9a-v]{20}\.[\w-]{43}/)
  for (const [, name = '', address = ''] of page.html.matchAll(/\s(href|src|action|content|formaction)="([^"]*)"/g)) {
    if (name === 'content') expect(address).not.toContain('evil')
    else expect(address, `${name} on the page for ${uri}`).toMatch(/^\/(?!\/)|^https:\/\/www\.rfc-editor\.org\//)
  }
}

async function expectRefused(client_id: string, redirect_uri: string): Promise<void> {
  const [, , form] = endings
  for (const ending of endings) expectKept(await victim.get(url({ client_id, redirect_uri, ...ending })), redirect_uri)
  expectKept(await openBrowser().get(url({ client_id, redirect_uri, ...form })), redirect_uri)
}

test.each(Object.entries(registered))(
  '%s is answered with a code at %s, so what is refused below is its address',
  async (client_id, redirect_uri) => {
    const { location } = await victim.get(url({ client_id, redirect_uri }))
    expect(location?.href.startsWith(`${redirect_uri}?code=`)).toBe(true)
  },
)

const attacks: readonly (readonly [string, Attacked, readonly Trick[]])[] = [
  ['RFC 9700 §4.1.3: of a web client at a name', 'web-name', webTricks(registered['web-name'])],
  ['RFC 9700 §4.1.3: of a web client at 127.0.0.1', 'web', loopbackTricks(5001, '/callback')],
  ['RFC 8252 §8.10: of a native client on a free port', 'native-own', loopbackTricks(53_211, '/callback')],
  ['RFC 8252 §8.4: of a native client by its own scheme', 'native-own', schemeTricks(privateUse)],
]

describe.each(attacks)('%s (%s)', (_rule, client_id, tricks) => {
  let before: Record<string, number>
  beforeAll(() => {
    before = rows()
  })

  test.each(tricks)('%s: %j reaches nobody', async (_what, uri) => expectRefused(client_id, uri))

  test('nothing of all that wrote a row', () => {
    expect(rows()).toEqual(before)
  })
})

describe('DESIGN §5 rule 1: parsed flat, repeats refused', () => {
  const good = registered.web
  const evil = 'https://evil.example/callback'
  const sent = (uri: string) => `redirect_uri=${encodeURIComponent(uri)}`

  test.each([
    ['a second one after the good', `&${sent(good)}&${sent(evil)}`],
    ['a second one before the good', `&${sent(evil)}&${sent(good)}`],
    ['the good one twice', `&${sent(good)}&${sent(good)}`],
    ['an array', `&redirect_uri[]=${encodeURIComponent(evil)}&${sent(good)}&redirect_uri[]=x`],
    ['an array alone', `&redirect_uri[]=${encodeURIComponent(good)}`],
    ['an object', `&redirect_uri[uri]=${encodeURIComponent(good)}`],
    ['one of two names that decode alike', `&${sent(good)}&redirect%5Furi=${encodeURIComponent(evil)}`],
    ['a name in capitals', `&REDIRECT_URI=${encodeURIComponent(good)}`],
    ['a name with a space behind', `&redirect_uri+=${encodeURIComponent(good)}`],
    ['a name with a null behind', `&redirect_uri%00=${encodeURIComponent(good)}`],
    ['one after a semicolon', `;${sent(good)}`],
  ])('%s reaches nobody', async (_what, query) => {
    expectKept(await victim.get(url({ redirect_uri: undefined }) + query), query)
  })

  test('what a POST says in its URL is not read', async () => {
    const page = await victim.post(
      `${server.issuer}/authorize?${sent(evil)}&state=evil`,
      new URL(url()).search.slice(1),
    )
    expect(page.location?.href).toMatch(/^http:\/\/127\.0\.0\.1:5001\/callback\?code=[^&]+&state=state-1&/)
  })
})

test('RFC 6749 §3.1.2.4: by POST no more than by GET', async () => {
  for (const redirect_uri of ['https://evil.example/callback', `${registered.web}/`]) {
    expectKept(
      await victim.post(`${server.issuer}/authorize`, new URL(url({ redirect_uri })).search.slice(1)),
      redirect_uri,
    )
  }
})

test('RFC 6749 §3.1.2.3: neither an answer nor an error goes to the address of another client', async () => {
  for (const ending of endings) {
    expectKept(await victim.get(url({ client_id: 'other-web', redirect_uri: registered.web, ...ending })), 'another')
  }
})
