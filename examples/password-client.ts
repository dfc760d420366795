/**
 * Our own app with a form of its own for the password (RFC 6749 §4.3), as older ones have it: the form goes to the
 * app's server, and from there to the authorization server. Withdrawn; docs/retired-flows.md says what to move to.
 *
 *   npm start -- --allow password --trust-proxy 127.0.0.1 --apply the-file-with-the-client.json
 *   CLIENT_ID=… CLIENT_SECRET=… npx node examples/password-client.ts
 */
import { createServer, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'

const { ISSUER = 'http://127.0.0.1:4000', CLIENT_ID = '', CLIENT_SECRET = '', PORT = '5007' } = process.env
const here = `http://127.0.0.1:${PORT}`
const credentials = Buffer.from(`${CLIENT_ID}:${CLIENT_SECRET}`).toString('base64')

interface Answer {
  readonly access_token?: string
  readonly error_description?: string
}

/** What the authorization server makes of a password. The visitor's address goes with it, so that it counts guesses there. */
async function redeem(username: string, password: string, visitor: string): Promise<Answer> {
  const response = await fetch(`${ISSUER}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${credentials}`, 'x-forwarded-for': visitor },
    body: new URLSearchParams({ grant_type: 'password', username, password, scope: 'openid profile' }),
  })
  return (await response.json()) as Answer
}

async function signIn(request: IncomingMessage): Promise<string> {
  // A page of another site must not sign anybody in here.
  if (request.headers.origin !== here) return 'That did not come from our form.'
  const form = new URLSearchParams(await text(request))
  const visitor = request.socket.remoteAddress ?? ''
  const answer = await redeem(form.get('username') ?? '', form.get('password') ?? '', visitor)
  if (answer.access_token === undefined) return `Not signed in: ${answer.error_description}.`
  const headers = { authorization: `Bearer ${answer.access_token}` }
  const { name } = (await (await fetch(`${ISSUER}/userinfo`, { headers })).json()) as { readonly name: string }
  return `Signed in as ${name}`
}

const form = `<form method="post" action="/sign-in">
  <label>Name <input name="username" autocomplete="username"></label>
  <label>Password <input name="password" type="password" autocomplete="current-password"></label>
  <button>Sign in</button>
</form>`

createServer(async (request, response) => {
  const said = request.method === 'POST' ? await signIn(request).catch(String) : 'Sign in'
  response
    .setHeader('content-type', 'text/html; charset=utf-8')
    .end(`<!doctype html><html lang="en"><title>Our app</title><h1>${escapeHtml(said)}</h1>${form}`)
}).listen(Number(PORT), '127.0.0.1', () => console.log(`The app is at ${here}`))

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
