import { afterAll, beforeAll, expect, test } from 'vitest'
import { usual } from '../advisor/samples.ts'
import { decoded } from '../support/form.ts'
import type { TestServer } from '../support/server.ts'
import { runShownCommand } from '../support/shown-command.ts'
import { api, opaqueApi } from '../support/world.ts'
import { changeUrl, press, signedIn, startLooked } from './apps.ts'
import { credentialsOf, openForm, send } from './support.ts'

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
