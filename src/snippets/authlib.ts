import { paths } from '../core/endpoints/paths.ts'
import { deviceCodeGrantType } from '../core/grants/device-code-grant-type.ts'
import { aroundPort } from './node-server.ts'
import { py } from './quote.ts'
import { addressAt, listenerOf, type Situation } from './situation.ts'
import type { Stack } from './snippet.ts'
import { text } from './text.ts'

/** https://authlib.org, version 1: with Flask for a web app, with requests for the rest. */
export const authlib: Stack = {
  id: 'authlib',
  name: 'Authlib',
  write(situation) {
    // It sends the id as it is, and a colon would end it there.
    if (situation.method === 'client_secret_basic' && situation.client_id.includes(':')) return undefined
    const { port } = listenerOf(situation)
    const dotenv = situation.method === 'none' ? '' : ' python-dotenv'
    const install = `pip install authlib requests${dotenv}`
    const as = (file: string, whole: string) =>
      ({ language: 'Python', file, install, run: `python3 ${file}`, text: whole }) as const
    switch (situation.kind) {
      case 'server':
        // A route is compared with a decoded path, where this would begin a pattern.
        if (/%3c/i.test(situation.redirect_uri)) return undefined
        return {
          ...as('app.py', flask(situation)),
          install: `${install} flask`,
          run: `python3 -m flask run --port ${port}`,
        }
      case 'loopback':
        return as('sign_in.py', loopback(situation))
      case 'device':
        return as('device.py', device(situation))
      case 'self':
        return as('job.py', self(situation))
      default:
        return undefined
    }
  },
}

function flask(situation: Situation): string {
  const { redirect_uri, scope, resource, method, openid, issuer, client_id } = situation
  const secret = method !== 'none'
  const metadata = addressAt({ issuer: '' }, paths.openid_configuration)
  const discovery = secret
    ? `os.environ["ISSUER"]${issuer.endsWith('/') ? '.rstrip("/")' : ''} + ${py(metadata)}`
    : py(addressAt(situation, metadata))
  const path = /^https?:\/\/[^/?]+([^?]*)/.exec(redirect_uri)?.[1] || '/'
  return text`
import os

from authlib.integrations.flask_client import OAuth
from flask import Flask

app = Flask(__name__)
# Signs the session's cookie; a lasting one lets sessions outlive a restart.
app.secret_key = os.urandom(32)
server = OAuth(app).register(
    "server",
    server_metadata_url=${discovery},
    client_id=${secret ? 'os.environ["CLIENT_ID"]' : py(client_id)},
${secret && '    client_secret=os.environ["CLIENT_SECRET"],'}
    client_kwargs={
${scope !== '' && `        "scope": ${py(scope)},`}
        "code_challenge_method": "S256",
        "token_endpoint_auth_method": ${py(method)},
    },
${resource !== undefined && `    authorize_params={"resource": ${py(resource)}},`}
)


@app.get(${path === '/' ? '"/sign-in"' : '"/"'})
def sign_in():
    return server.authorize_redirect(${py(redirect_uri)})


@app.get(${py(decoded(path))})
def signed_in():
    tokens = server.authorize_access_token()
    # Here your own session begins: keep the tokens in it, on the server.
${openid && '    user = tokens["userinfo"]'}
    return ${openid ? '"Signed in as " + user.get("name", user["sub"])' : '"Got an access token for " + str(tokens["expires_in"]) + " seconds"'}, {"content-type": "text/plain"}
`
}

/** A route is compared with a decoded path. */
function decoded(path: string): string {
  return path.replaceAll(/(%[0-9a-f]{2})+/gi, it => {
    try {
      return decodeURIComponent(it)
    } catch {
      return it
    }
  })
}

function outcome({ openid }: Situation, session: string, issuer: Situation): string {
  return openid
    ? text`
user = ${session}.get(${py(addressAt(issuer, paths.userinfo))}).json()
print("Signed in as", user.get("name", user["sub"]))`
    : text`
print("Got an access token for", tokens["expires_in"], "seconds")`
}

function session(situation: Situation, more: readonly string[]): string {
  const { method, client_id } = situation
  const secret = method !== 'none'
  return text`
session = OAuth2Session(
    ${secret ? 'os.environ["CLIENT_ID"]' : py(client_id)},
${secret && '    os.environ["CLIENT_SECRET"],'}
    token_endpoint_auth_method=${py(method)},
${more.length > 0 && more.map(it => `    ${it},`).join('\n')}
)`
}

function loopback(situation: Situation): string {
  const { redirect_uri, scope, resource, any_port } = situation
  const { host, port } = listenerOf(situation)
  const { before, after } = aroundPort(redirect_uri)
  const address = any_port ? `${py(before)} + str(listener.server_port) + ${py(after)}` : py(redirect_uri)
  return text`
${host.includes(':') && 'import socket'}
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urljoin, urlsplit

from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session


class Listener(HTTPServer):
${host.includes(':') && '    address_family = socket.AF_INET6'}
    answer = None


class Callback(BaseHTTPRequestHandler):
    def do_GET(self):
        # Any page may call here: only the answer to this request has its state.
        ours = parse_qs(urlsplit(self.path).query).get("state") == [state]
        self.send_response(200 if ours else 404)
        self.end_headers()
        self.wfile.write(b"Go on in the terminal." if ours else b"There is nothing here.")
        if ours:
            self.server.answer = self.path

    def log_message(self, *args):
        """Nothing: the code is in what it would say."""


listener = Listener((${py(host)}, ${any_port ? 0 : port}), Callback)
redirect_uri = ${address}
${session(situation, [
  ...(scope === '' ? [] : [`scope=${py(scope)}`]),
  'redirect_uri=redirect_uri',
  'code_challenge_method="S256"',
])}
verifier = generate_token(64)
address, state = session.create_authorization_url(
    ${py(addressAt(situation, paths.authorization))},
    code_verifier=verifier,
${resource !== undefined && `    resource=${py(resource)},`}
)
print("Open this in a browser:\n\n  " + address + "\n", flush=True)
while listener.answer is None:
    listener.handle_request()

tokens = session.fetch_token(
    ${py(addressAt(situation, paths.token))},
    authorization_response=urljoin(redirect_uri, listener.answer),
    code_verifier=verifier,
)
${outcome(situation, 'session', situation)}
`
}

function device(situation: Situation): string {
  const { scope, resource, client_id, method } = situation
  const secret = method !== 'none'
  return text`
${secret && 'import os'}
import time

from authlib.integrations.requests_client import OAuth2Session, OAuthError
${secret && 'from dotenv import load_dotenv\n\nload_dotenv()'}

${session(situation, [])}
codes = session.post(
    ${py(addressAt(situation, paths.device_authorization))},
    data={
        "client_id": ${secret ? 'session.client_id' : py(client_id)},
${scope !== '' && `        "scope": ${py(scope)},`}
${resource !== undefined && `        "resource": ${py(resource)},`}
${method === 'client_secret_post' && '        "client_secret": session.client_secret,'}
    },
    ${method === 'client_secret_basic' ? 'auth=(session.client_id, session.client_secret)' : 'withhold_token=True'},
).json()
print("Open", codes["verification_uri"], "and type", codes["user_code"], flush=True)

tokens = None
while tokens is None:
    time.sleep(codes["interval"])
    try:
        tokens = session.fetch_token(
            ${py(addressAt(situation, paths.token))},
            grant_type=${py(deviceCodeGrantType)},
            device_code=codes["device_code"],
        )
    except OAuthError as error:
        # Nobody has answered yet, or this asks too often (RFC 8628 §3.5).
        if error.error not in ("authorization_pending", "slow_down"):
            raise
        codes["interval"] += 5 if error.error == "slow_down" else 0
${outcome(situation, 'session', situation)}
`
}

function self(situation: Situation): string {
  const { resource } = situation
  return text`
import os

from authlib.integrations.requests_client import OAuth2Session
from dotenv import load_dotenv

load_dotenv()
${session(situation, [])}
tokens = session.fetch_token(
    ${py(addressAt(situation, paths.token))},
    grant_type="client_credentials",
${resource !== undefined && `    resource=${py(resource)},`}
)
print("Got an access token for", tokens["expires_in"], "seconds")
print("It has the scope", tokens["scope"])
`
}
