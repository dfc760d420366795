import { exportPKCS8 } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { StackId } from '../../src/snippets/snippet.ts'
import { enter } from '../accounts/support.ts'
import { claimsOf, makeKey, sign } from '../support/assertions.ts'
import { openBrowser, sentBack } from '../support/browser.ts'
import { decide, typeCode } from '../support/device.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { password, world } from '../support/world.ts'
import {
  both,
  deviceClient,
  hostile,
  hostileApi,
  hostileClient,
  hostileGrants,
  hostileScope,
  jobClient,
  type Made,
  passwordClient,
  schemeClient,
  toolClient,
  webClient,
} from './clients.ts'
import { codeOf, has, python, type Run, run, snippetOf } from './support.ts'

interface Case {
  readonly title: string
  readonly stack: StackId
  readonly client: Made
  /** What a person does for it, and what it must then have said. */
  play(run: Run, server: TestServer, client: Made): Promise<string>
  readonly says?: RegExp
  /** Its private key (PEM). */
  readonly key?: string
}

const platform = await makeKey('RS256')
const platformIssuer = 'https://ci.example.com'
const alice = /Signed in as Alice/
const token = /"access_token":"[^"]+"/

/** Visits the app, signs in, and reads the page that the app shows then. */
async function visit({ said }: Run, server: TestServer, client: Made): Promise<string> {
  const [redirect_uri = ''] = client.redirect_uris
  await said(/Open http|Running on/)
  const browser = openBrowser()
  const { origin } = new URL(redirect_uri)
  const begun = await browser.get(`${origin}/`)
  expect(begun.location?.origin, begun.html).toBe(new URL(server.issuer).origin)
  expectAsked(begun.location, client)
  let page = await browser.get((await sentBack(browser, begun.location?.href ?? '')).href)
  while (page.location) page = await browser.get(page.location.href)
  // Names are what people choose, and no markup.
  expect(page.headers.get('content-type')).toMatch(/^text\/plain/)
  return page.html
}

/** Holds what it asks for to what it is registered with, letter by letter. */
function expectAsked(url: URL | undefined, { redirect_uris, scope, grantwise }: Made): void {
  const asked = url?.searchParams
  const [audience, another] = grantwise.audiences
  expect(asked?.get('scope')).toBe(scope)
  expect(asked?.get('resource')).toBe(another === undefined ? null : audience)
  expect(asked?.get('redirect_uri')?.replace(/:\d+/, '')).toBe(redirect_uris[0]?.replace(/:\d+/, ''))
}

/** Opens what it printed, and goes where the answer goes: to the program, which listens. */
async function open({ said, ended }: Run, _server: TestServer, client: Made): Promise<string> {
  const address = await said(/(http:\S+\/authorize\?\S+)/)
  expectAsked(new URL(address), client)
  const back = await sentBack(openBrowser(), address)
  const elsewhere = await fetch(new URL('?state=of-another', back))
  expect(elsewhere.status).toBe(404)
  expect((await fetch(back)).status).toBe(200)
  return ended()
}

/** Opens what it printed, and gives it the address that the browser ended at. */
async function paste({ said, ended, child }: Run, _server: TestServer, client: Made): Promise<string> {
  const address = await said(/(http:\S+\/authorize\?\S+)/)
  expectAsked(new URL(address), client)
  const back = await sentBack(openBrowser(), address)
  child.stdin?.end(`${back.href}\n`)
  return ended()
}

/** Opens what it printed, and goes where the answer goes: to the system, which starts the program for it. */
async function startByScheme({ said, ended, again }: Run, _server: TestServer, client: Made): Promise<string> {
  const address = await said(/(http:\S+\/authorize\?\S+)/)
  expectAsked(new URL(address), client)
  await ended()
  const back = await sentBack(openBrowser(), address)
  const elsewhere = new URL(back)
  elsewhere.searchParams.set('state', 'of-another')
  await expect(again(elsewhere.href)).rejects.toThrow('"state"')
  return again(back.href)
}

async function letIn({ said, ended }: Run, server: TestServer): Promise<string> {
  const code = await said(/and type (\S+)/)
  const { browser } = await enter(server)
  await decide(browser, await typeCode(browser, server.issuer, code))
  return ended()
}

async function wait({ ended }: Run): Promise<string> {
  return ended()
}

async function type({ child, ended }: Run): Promise<string> {
  child.stdin?.end(`alice\n${password}\n`)
  return ended()
}

async function webCases(
  title: string,
  stacks: readonly StackId[],
  make: (id: string) => Promise<Made>,
  says = alice,
): Promise<readonly Case[]> {
  const cases = stacks.map(async (stack): Promise<Case> => {
    const client = await make(`${title}-${stack}`.replaceAll(/[ ,]+/g, '-'))
    return stack === 'curl'
      ? { title, stack, client, play: paste, says: token }
      : { title, stack, client, play: visit, says }
  })
  return Promise.all(cases)
}

const javaScript = ['openid-client', 'oauth4webapi'] as const
const anywhere = [...javaScript, 'authlib', 'curl'] as const
const gotToken = /Got an access token for \d+ seconds/

/** A client that signs with a key of this kind. */
async function signing(client: Made, alg: string): Promise<{ readonly client: Made; readonly key: string }> {
  const { privateKey, jwk } = await makeKey(alg, "it's a key")
  return { client: { ...client, jwks: { keys: [jwk] } }, key: await exportPKCS8(privateKey) }
}

const signingCases = javaScript.flatMap((stack): Promise<Case>[] => [
  ...['ES256', 'ES384', 'PS256', 'RS256', 'Ed25519'].map(async alg => ({
    title: `job with a key of its own, ${alg}`,
    stack,
    ...(await signing(jobClient(`job-${alg}-${stack}`, 'private_key_jwt'), alg)),
    play: wait,
    says: /Got an access token for \d+ seconds.*the scope catalog:read/s,
  })),
  webClient(`signing-${stack}`, 'private_key_jwt').then(async client => ({
    title: 'web app with a key of its own',
    stack,
    ...(await signing(client, 'ES256')),
    play: visit,
    says: alice,
  })),
])

const cases: readonly Case[] = [
  ...(await Promise.all(signingCases)),
  ...javaScript.flatMap((stack): readonly Case[] => [
    { title: 'app with a scheme of its own', stack, client: schemeClient(`scheme-${stack}`), play: startByScheme },
    {
      title: 'hostile app with a scheme of its own',
      stack,
      client: schemeClient(`hostile-scheme-${stack}`, {
        scope: hostileScope,
        redirect_uris: [`com.example.prints:${hostile.path}`],
        grantwise: { runs_on: 'native', ...hostileGrants },
      }),
      play: startByScheme,
    },
    {
      title: 'app with a scheme of its own, without an ID Token',
      stack,
      client: schemeClient(`plain-scheme-${stack}`, { scope: 'profile:read' }),
      play: startByScheme,
      says: gotToken,
    },
  ]),
  ...(await webCases('web app', [...anywhere, 'express-openid-connect'], id => webClient(id, 'client_secret_basic'))),
  ...(await webCases('web app, secret in the form', [...anywhere, 'express-openid-connect'], id =>
    webClient(id, 'client_secret_post'),
  )),
  ...(await webCases('web app without a secret', anywhere, id => webClient(id, 'none'))),
  ...(await webCases(
    'web app without an ID Token',
    anywhere,
    id => webClient(id, 'client_secret_basic', { scope: 'profile:read' }),
    gotToken,
  )),
  ...(await webCases('hostile web app', anywhere, hostileClient)),
  ...([...javaScript, 'authlib'] as const).flatMap((stack): readonly Case[] => [
    { title: 'tool', stack, client: toolClient(`tool-${stack}`), play: open, says: alice },
    {
      title: 'hostile tool',
      stack,
      client: toolClient(`hostile-tool-${stack}`, {
        scope: hostileScope,
        redirect_uris: [`http://127.0.0.1${hostile.path}`],
        grantwise: { runs_on: 'cli', ...hostileGrants },
      }),
      play: open,
      says: alice,
    },
    {
      title: 'tool without an ID Token',
      stack,
      client: toolClient(`plain-tool-${stack}`, { scope: 'profile:read' }),
      play: open,
      says: gotToken,
    },
  ]),
  ...(['openid-client', 'authlib', 'curl'] as const).flatMap((stack): readonly Case[] => [
    {
      title: 'television',
      stack,
      client: deviceClient(`tv-${stack}`),
      play: letIn,
      says: stack === 'curl' ? token : alice,
    },
    {
      title: 'hostile box with a secret',
      stack,
      client: deviceClient(`box-${stack}`, 'client_secret_basic', {
        scope: hostileScope,
        grantwise: { runs_on: 'device', ...hostileGrants },
      }),
      play: letIn,
      says: stack === 'curl' ? token : alice,
    },
  ]),
  ...anywhere.flatMap((stack): readonly Case[] => {
    const says = stack === 'curl' ? token : /Got an access token for \d+ seconds.*the scope catalog:read/s
    return [
      { title: 'job', stack, client: jobClient(`job-${stack}`, 'client_secret_basic'), play: wait, says },
      {
        title: 'job with two APIs',
        stack,
        client: jobClient(`job-of-two-${stack}`, 'client_secret_post', both),
        play: wait,
        says,
      },
    ]
  }),
  {
    title: 'first-party app with a form of its own (withdrawn)',
    stack: 'curl',
    client: passwordClient('form'),
    play: type,
    says: token,
  },
]

let server: TestServer
beforeAll(async () => {
  const jwks = { keys: [platform.jwk] }
  const federated = { issuer: platformIssuer, subject: 'repo:photos', jwks }
  const { client_secret: _, ...job } = jobClient('ci', 'client_secret_basic')
  const ci = {
    ...job,
    token_endpoint_auth_method: 'private_key_jwt',
    grantwise: { ...job.grantwise, runs_on: 'ci', federated },
  }
  server = await startServer({
    config: { allow: ['password'] },
    document: {
      ...world,
      resource_servers: [...world.resource_servers, hostileApi],
      clients: [...world.clients, ci, ...cases.map(it => it.client)],
    },
  })
})
afterAll(() => server?.close())

describe.concurrent('run as it is shown, it gets what it is for', () => {
  const unable: Partial<Record<StackId, string | undefined>> = {
    authlib: python === undefined ? 'no Python here with authlib, requests, flask and python-dotenv' : undefined,
    curl: has('curl') && has('openssl') ? undefined : 'no curl and openssl here',
  }
  for (const { stack, title, client, play, says = alice, key } of cases) {
    const why = unable[stack]
    test.skipIf(why !== undefined)(
      `${stack}: ${title}${why === undefined ? '' : ` (skipped: ${why})`}`,
      async ({ onTestFinished }) => {
        const code = codeOf(server.issuer, client)
        const running = run(snippetOf(code, stack), code, {}, key === undefined ? {} : { 'private.pem': key })
        onTestFinished(() => running.stop())
        expect(await play(running, server, client), running.output()).toMatch(says)
        expect(running.files()).not.toContain('pwned')
        if (play === startByScheme) expect(running.files()).not.toContain('begun.json')
      },
    )
  }

  test.skipIf(!has('curl'))('curl: a job that its platform vouches for', async ({ onTestFinished }) => {
    const client = await server.data.store.client('ci')
    const code = codeOf(server.issuer, client ?? expect.fail('not registered'))
    expect(code.env).toBeUndefined()
    const claims = { ...claimsOf('', server), iss: platformIssuer, sub: 'repo:photos' }
    const running = run(snippetOf(code, 'curl'), code, { PLATFORM_TOKEN: await sign(platform, claims) })
    onTestFinished(() => running.stop())
    expect(await running.ended()).toMatch(token)
  })
})
