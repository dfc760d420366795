import { listen } from './node-server.ts'
import { js } from './quote.ts'
import type { Situation } from './situation.ts'
import type { Stack } from './snippet.ts'
import { text } from './text.ts'

/** https://github.com/auth0/express-openid-connect, version 3: sign-in and session for Express. */
export const expressOpenidConnect: Stack = {
  id: 'express-openid-connect',
  name: 'express-openid-connect',
  write(situation) {
    const { kind, method, openid, redirect_uri } = situation
    // It refuses to run without an ID Token or a secret, and its router reads more than plain paths as patterns.
    const plain = /^https?:\/\/[^/]+(\/[\w./~-]*)?$/.test(redirect_uri)
    if (kind !== 'server' || method === 'none' || !openid || !plain) return undefined
    return {
      language: 'TypeScript',
      file: 'app.mts',
      install: 'npm install express express-openid-connect',
      run: 'node --env-file=.env app.mts',
      text: app(situation),
    }
  },
}

function app(situation: Situation): string {
  const { redirect_uri, scope, resource, method, renews } = situation
  const [, origin = '', path = ''] = /^(https?:\/\/[^/]+)(.*)$/.exec(redirect_uri) ?? []
  return text`
import { randomBytes } from 'node:crypto'
import express from 'express'
import { auth } from 'express-openid-connect'

const { ISSUER = '', CLIENT_ID = '', CLIENT_SECRET = '' } = process.env
const app = express()

app.use(auth({
  issuerBaseURL: ISSUER,
  clientID: CLIENT_ID,
  clientSecret: CLIENT_SECRET,
${method === 'client_secret_post' && "  clientAuthMethod: 'client_secret_post',"}
  baseURL: ${js(origin)},
  routes: { callback: ${js(path || '/')} },
  // Encrypts the session's cookie; a lasting one lets sessions outlive a restart.
  secret: randomBytes(32).toString('hex'),
  authorizationParams: {
    response_type: 'code',
    scope: ${js(scope)},
${resource !== undefined && `    resource: ${js(resource)},`}
  },
}))

app.get('/', ${renews ? 'async ' : ''}(request, response) => {
  const { user${renews ? ', accessToken' : ''} } = request.oidc
${renews && '  // The session keeps the next refresh token, which comes with the answer: each is good once.'}
${renews && '  if (accessToken && accessToken.expires_in <= 60) await accessToken.refresh()'}
  response.type('text').send('Signed in as ' + (user?.name ?? user?.sub))
})

app.${listen(situation)}
`
}
