import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { usual } from '../advisor/samples.ts'
import { openBrowser } from '../support/browser.ts'
import { decoded } from '../support/form.ts'
import type { TestServer } from '../support/server.ts'
import { runShownCommand } from '../support/shown-command.ts'
import { basic, clientCredentials } from '../support/token.ts'
import { api, opaqueApi } from '../support/world.ts'
import { changeUrl, press, signedIn, startLooked } from './apps.ts'
import { administered, credentialsOf, job, openForm, send, startAdministered } from './support.ts'
import { enterForm, partOf, systemUrl } from './system.ts'

let server: TestServer
beforeAll(async () => {
  server = await startLooked()
})
afterAll(() => server?.close())

/** The command of a page, as it is copied. */
function commandIn(html: string): string {
  return decoded(/<code>(npx grantwise [^<]*)<\/code>/.exec(html)?.[1] ?? expect.fail('no command'))
}

const redirect_uris = ["https://app.example.com/it's;id", 'https://app.example.com/cb?a=b&c=$(id)']

test('the page that changes an app shows what was typed in its command, which does what the page would', async () => {
  const browser = await signedIn(server, 'root')
  const shown = await browser.get(changeUrl(server, 'photo-prints', { ...usual, F12: 'yes' }))
  const typed = {
    redirect_uris: redirect_uris.join('\n'),
    network: '10.0.0.0/8\n192.0.2.0/24',
    network_name: "the office's $(network)",
  }
  const looked = await press(browser, shown, 'look', { ...typed, 'api-1': opaqueApi })
  const command = commandIn(looked.html)
  expect(command).not.toContain('My app')
  await runShownCommand(command, server)
  const changed = await server.data.store.client('photo-prints')
  expect(changed).toMatchObject({
    redirect_uris,
    grantwise: {
      audiences: [api, opaqueApi],
      network_policy: { cidrs: ['10.0.0.0/8', '192.0.2.0/24'], text: typed.network_name },
      advice: { flow: 'authorization_code+pkce:confidential' },
    },
  })
  // Now it is so, there is nothing to do: neither here nor there.
  const again = await browser.get(changeUrl(server, 'photo-prints', { ...usual, F12: 'yes' }))
  expect(again.html).toContain('is registered like this already')
})

test('what was not typed anew has no flag, and APIs that are taken away are said to need another way', async () => {
  const browser = await signedIn(server, 'root')
  const shown = await browser.get(changeUrl(server, 'of-bob', { ...usual, F13: 'anybody' }))
  expect(commandIn(shown.html)).not.toMatch(/--(redirect-uri|audience|network|federated)/)
  expect(shown.html).not.toContain('The command leaves it the APIs')
  const page = { ...shown, html: shown.html.replaceAll(' checked', '') }
  const none = await press(browser, page, 'look')
  expect(commandIn(none.html)).not.toContain('--audience')
  expect(none.html).toContain('The command leaves it the APIs that it has')
})

test('the page that registered an app shows the command that registers one like it', async () => {
  const { browser, page } = await openForm(server)
  const fields = { client_name: 'Photo\'s $(id) "Prints"', redirect_uris: redirect_uris.join('\n'), 'api-0': api }
  const done = await send(browser, page, fields)
  const said = await runShownCommand(commandIn(done.html), server)
  const id = /client_id +(\S+)/.exec(said)?.[1] ?? ''
  const [first, second] = await Promise.all([
    server.data.store.client(credentialsOf(done).client_id),
    server.data.store.client(id),
  ])
  const { client_id: _, secrets: __, grantwise: was, ...one } = first ?? expect.fail('not registered')
  const { client_id: ___, secrets: ____, grantwise: is, ...other } = second ?? expect.fail(said)
  expect([other, is]).toEqual([one, { ...was, owners: [] }])
})

test('and an API that came with it comes with it there too', async () => {
  const another = await startAdministered({ document: { users: administered.users } })
  try {
    const { browser, page } = await openForm(server, job)
    const described = {
      api_audience: "https://shown.example.com/it's",
      api_name: 'Prints $(id)',
      api_scopes: 'prints:read See `them`\nprints:order',
      api_user_scopes: "prints:mine What's yours",
    }
    const done = await send(browser, page, { client_name: 'Import', ...described })
    await runShownCommand(commandIn(done.html), another)
    const made = (one: TestServer) => one.data.store.resourceServer(described.api_audience)
    expect(await made(another)).toEqual((await made(server)) ?? expect.fail('not registered'))
    expect((await another.data.store.allClients())[0]?.scope).toBe('prints:read prints:order')
  } finally {
    await another.close()
  }
})

describe('several parts', () => {
  const cli = { ...usual, runs_on: 'cli', secret_safe: 'no' }
  const ci = { ...job, runs_on: 'ci', platform_id: 'yes' }
  const parts = [
    partOf('Page', { ...usual, runs_on: 'browser', secret_safe: 'no', F13: 'anybody' }),
    partOf('Nightly job', job),
    partOf('Deployment', { ...ci, F12: 'yes' }),
  ]
  const system = (html: string) => decoded(/<code>(id=\$\([^<]*)<\/code>/.exec(html)?.[1] ?? expect.fail('no command'))

  test('the one command registers all of them, each by its advice, and prints ids and secrets that work', async () => {
    const shown = await openBrowser().get(systemUrl(server, cli, parts, '/'))
    const said = await runShownCommand(system(shown.html), server)
    const lines = said.trimEnd().split('\n').slice(-4)
    expect(lines.join('\n')).toMatch(
      /^page-\w{8}\nnightly-job-\w{8} client_secret \w{64}\ndeployment-\w{8}\ncommand-\w{8}$/,
    )
    const clients = await Promise.all(lines.map(it => server.data.store.client(it.split(' ')[0] ?? '')))
    expect(clients.map(it => [it?.client_name, it?.grantwise.advice?.['flow']])).toEqual([
      ['Page', 'authorization_code_pkce:browser'],
      ['Nightly job', 'client_credentials'],
      ['Deployment', 'client_credentials:federated'],
      ['Command', 'authorization_code_pkce:loopback'],
    ])
    expect(clients[2]?.grantwise).toMatchObject({
      federated: { issuer: 'https://ci.example.com' },
      network_policy: { cidrs: ['10.0.0.0/8'], mode: 'enforce' },
    })
    const [client_id = '', , secret = ''] = lines[1]?.split(' ') ?? []
    const { status, body } = await clientCredentials(server.issuer, {}, basic(client_id, secret))
    expect([status, body['scope']]).toEqual([200, 'catalog:read'])
    // Pasted again it makes others, and changes none of these.
    await runShownCommand(system(shown.html), server)
    expect(await server.data.store.client(client_id)).toEqual(clients[1])
  })

  test('whoever is no administrator is given it too, for the only API that there is and with them as the owner', async () => {
    const one = await startAdministered({
      document: {
        users: administered.users,
        resource_servers: [{ audience: 'urn:prints', scopes: { 'prints:read': {} } }],
      },
    })
    try {
      const { page } = await enterForm(one, cli, parts, 'alice')
      await runShownCommand(system(page.html), one)
      const made = await one.data.store.allClients()
      expect(made.map(({ scope, grantwise }) => [scope, grantwise.audiences, grantwise.owners])).toEqual(
        expect.arrayContaining([['prints:read', ['urn:prints'], ['alice']]]),
      )
      expect(made).toHaveLength(4)
    } finally {
      await one.close()
    }
  })

  test.each([
    '$(touch pwned) `touch pwned`',
    String.raw`\u0000(touch pwned) \$(touch pwned) \\`,
    '"it\'s"; END',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is to be taken for one
    '${id} $secret_2 !! \\',
    '名前',
    'END',
  ])('a part called %j is called so', async name => {
    const one = await startAdministered()
    try {
      const shown = await openBrowser().get(
        systemUrl(one, job, [partOf(name, job), partOf(`${name.slice(0, 50)} 2`, job)], '/'),
      )
      const command = system(shown.html)
      expect(command).not.toContain('!')
      const before = (await one.data.store.allClients()).length
      const said = await runShownCommand(`${command}\nls`, one)
      expect(said).not.toContain('pwned\n')
      const made = (await one.data.store.allClients()).map(it => it.client_name)
      expect(made).toHaveLength(before + 3)
      expect(made).toEqual(expect.arrayContaining([name, `${name.slice(0, 50)} 2`]))
    } finally {
      await one.close()
    }
  })

  test('an API that is not registered: nothing is, and nothing is printed as if it were', async () => {
    const none = await startAdministered({ document: { users: administered.users } })
    try {
      const shown = await openBrowser().get(systemUrl(none, cli, parts, '/'))
      const failed = runShownCommand(system(shown.html), none)
      await expect(failed).rejects.toThrow('the audience of a resource server')
      await expect(failed).rejects.toMatchObject({ stdout: '' })
      expect(await none.data.store.allClients()).toEqual([])
    } finally {
      await none.close()
    }
  })
})
