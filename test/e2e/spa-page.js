// A single-page application as its author would write it: oauth4webapi, fetch, and nothing of ours.
import * as oauth from 'oauth4webapi'

const { issuer, client_id, scope } = JSON.parse(document.getElementById('settings').textContent)
const insecure = { [oauth.allowInsecureRequests]: true }
const client = { client_id }
const redirect_uri = location.origin + location.pathname

async function main() {
  const url = new URL(issuer)
  const as = await oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, insecure))
  return new URLSearchParams(location.search).has('iss') ? comeBack(as) : goAway(as)
}

async function goAway(as) {
  const verifier = oauth.generateRandomCodeVerifier()
  const state = oauth.generateRandomState()
  const nonce = oauth.generateRandomNonce()
  sessionStorage.setItem('pending', JSON.stringify({ verifier, state, nonce }))
  const params = {
    client_id,
    redirect_uri,
    scope,
    state,
    nonce,
    response_type: 'code',
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  }
  location.assign(`${as.authorization_endpoint}?${new URLSearchParams(params)}`)
}

async function comeBack(as) {
  const { verifier, state, nonce } = JSON.parse(sessionStorage.getItem('pending'))
  const params = oauth.validateAuthResponse(as, client, new URL(location.href), state)
  const code = await oauth.authorizationCodeGrantRequest(
    as,
    client,
    oauth.None(),
    params,
    redirect_uri,
    verifier,
    insecure,
  )
  const first = await oauth.processAuthorizationCodeResponse(as, client, code, { expectedNonce: nonce })
  const { sub } = oauth.getValidatedIdTokenClaims(first)
  const userinfo = async token =>
    oauth.processUserInfoResponse(as, client, sub, await oauth.userInfoRequest(as, client, token, insecure))

  const { name } = await userinfo(first.access_token)
  const refresh = await oauth.refreshTokenGrantRequest(as, client, oauth.None(), first.refresh_token, insecure)
  const second = await oauth.processRefreshTokenResponse(as, client, refresh)
  const revoked = await oauth.revocationRequest(as, client, oauth.None(), second.refresh_token, insecure)
  await oauth.processRevocationResponse(revoked)
  const refused = await userinfo(second.access_token).catch(error => error.cause[0].parameters.error)
  say({ name, rotated: second.refresh_token !== first.refresh_token, refused })
}

function say(result) {
  document.getElementById('result').textContent = JSON.stringify(result)
}

main().catch(error => say({ failed: String(error) }))
