import { paths } from '../core/endpoints/paths.ts'
import { deviceCodeGrantType } from '../core/grants/device-code-grant-type.ts'
import { percentEncoded, sh } from './quote.ts'
import { addressAt, type Situation } from './situation.ts'
import type { Stack } from './snippet.ts'
import { text } from './text.ts'

/** No library: each message of the flow, by hand. */
export const curl: Stack = {
  id: 'curl',
  name: 'curl',
  write(situation) {
    const as = (file: string, whole: string) => ({ language: 'Shell', file, run: `sh ${file}`, text: whole }) as const
    switch (situation.kind) {
      case 'server':
        return as('sign-in.sh', code(situation))
      case 'device':
        return as('device.sh', device(situation))
      case 'self':
        return as('token.sh', self(situation))
      case 'federated':
        return as('token.sh', federated(situation))
      case 'password':
        return as('token.sh', password(situation))
      default:
        return undefined
    }
  },
}

/**
 * A request for tokens, its parts one to a line. What is secret comes by standard input: others on this computer can
 * read what a command line says, but for `-u`, which curl hides.
 */
function request(situation: Situation, path: string, parts: readonly string[]): string {
  const { method } = situation
  const command = [`curl -sS ${sh(addressAt(situation, path))}`, ...proof(situation), ...parts].join(' \\\n  ')
  const posted = method === 'client_secret_post' && !parts.some(part => part.endsWith('@-'))
  return posted ? `printf %s "$CLIENT_SECRET" | ${command} \\\n  --data-urlencode client_secret@-` : command
}

/** The id is percent-encoded where the secret stands beside it (RFC 6749 §2.3.1); ours need no encoding. */
function proof({ client_id, method }: Situation): readonly string[] {
  if (method === 'client_secret_basic') return [`-u "${percentEncoded(client_id)}:$CLIENT_SECRET"`]
  return [field('client_id', client_id)]
}

/** curl percent-encodes a value where it needs that. */
function field(name: string, value: string): string {
  return `${/^[\w.~:/-]*$/.test(value) ? '-d' : '--data-urlencode'} ${sh(`${name}=${value}`)}`
}

/** What is asked for, where that must be said. */
function asked({ scope, resource }: Situation): readonly string[] {
  return [
    ...(scope === '' ? [] : [field('scope', scope)]),
    ...(resource === undefined ? [] : [field('resource', resource)]),
  ]
}

function env({ method }: Situation): string | false {
  return method !== 'none' && '. ./.env'
}

function code(situation: Situation): string {
  const { client_id, redirect_uri, scope, resource } = situation
  const query = [
    ['client_id', client_id],
    ['redirect_uri', redirect_uri],
    ['scope', scope],
    ['resource', resource ?? ''],
  ]
  const first = `${addressAt(situation, paths.authorization)}?response_type=code&code_challenge_method=S256`
  const lines = query.flatMap(([name = '', value = '']) =>
    value === '' ? [] : [`authorize="$authorize&${name}=${percentEncoded(value)}"`],
  )
  return text`
${env(situation)}
authorize=${sh(first)}
${lines.join('\n')}
verifier=$(openssl rand -hex 32)
challenge=$(printf %s "$verifier" | openssl dgst -sha256 -binary |
  openssl base64 -A | tr '+/' '-_' | tr -d =)
state=$(openssl rand -hex 16)

echo 'Open this, sign in, and copy the address that your browser ends at:'
echo "$authorize&state=$state&code_challenge=$challenge"
printf 'That address: '
read -r back

# An answer to a request that somebody else began has another state.
case $back in
  *"state=$state"*) ;;
  *) echo 'This answers another request.' >&2; exit 1 ;;
esac
code=$(printf %s "$back" | sed 's/.*[?&]code=\([^&#]*\).*/\1/')
${request(situation, paths.token, [
  '-d grant_type=authorization_code -d "code=$code"',
  '-d "code_verifier=$verifier"',
  field('redirect_uri', redirect_uri),
])}
`
}

function device(situation: Situation): string {
  const grant = field('grant_type', deviceCodeGrantType)
  return text`
${env(situation)}
codes=$(${request(situation, paths.device_authorization, asked(situation))})
of() { printf %s "$1" | sed -n "s/.*\"$2\":\"*\([^\",}]*\).*/\1/p"; }
interval=$(of "$codes" interval)
echo "Open $(of "$codes" verification_uri) and type $(of "$codes" user_code)"

while :; do
  sleep "$interval"
  answer=$(${request(situation, paths.token, [grant, '-d "device_code=$(of "$codes" device_code)"']).replaceAll('\n', '\n  ')})
  case $(of "$answer" error) in
    authorization_pending) ;;
    # Asked too often: wait longer from now on (RFC 8628 §3.5).
    slow_down) interval=$((interval + 5)) ;;
    *) echo "$answer"; break ;;
  esac
done
`
}

function self(situation: Situation): string {
  return text`
${env(situation)}
${request(situation, paths.token, ['-d grant_type=client_credentials', ...asked(situation)])}
`
}

function federated(situation: Situation): string {
  const type = field('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
  return text`
# PLATFORM_TOKEN is the job's own token, made by its platform for this audience:
# ${oneLine(situation.platform_audience)}
printf %s "$PLATFORM_TOKEN" | ${request(situation, paths.token, [
    '-d grant_type=client_credentials',
    type,
    '--data-urlencode client_assertion@-',
    ...asked(situation),
  ])}
`
}

function password(situation: Situation): string {
  return text`
${env(situation)}
printf 'Login: '
read -r username
printf 'Password: '
read -r password
# By standard input: others on this computer can read what a command line says.
printf %s "$password" | ${request(situation, paths.token, [
    '-d grant_type=password --data-urlencode "username=$username"',
    '--data-urlencode password@-',
    ...(situation.method === 'client_secret_post' ? ['--data-urlencode "client_secret=$CLIENT_SECRET"'] : []),
    ...asked(situation),
  ])}
`
}

/** For a comment, which a line break would end. */
function oneLine(value: string): string {
  return value.replaceAll(/\p{Cc}/gu, ' ')
}
