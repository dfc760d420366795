import { runPage } from './oauth4webapi.ts'
import { js } from './quote.ts'
import type { Situation } from './situation.ts'
import type { Stack } from './snippet.ts'
import { text } from './text.ts'

/** https://github.com/authts/oidc-client-ts, version 3: for pages, with renewal built in. */
export const oidcClientTs: Stack = {
  id: 'oidc-client-ts',
  name: 'oidc-client-ts',
  write(situation) {
    // It takes an answer without an ID Token for a failure.
    if (situation.kind !== 'browser' || !situation.openid) return undefined
    return {
      language: 'HTML',
      file: 'index.html',
      install: 'npm install oidc-client-ts vite',
      run: runPage(situation),
      text: page(situation),
    }
  },
}

function page({ issuer, client_id, redirect_uri, scope, resource, renews }: Situation): string {
  return text`
<!doctype html>
<html lang="en">
<title>Sign in</title>
<p id="who">Nobody is signed in.</p>
<button>Sign in</button>
<script type="module">
import { InMemoryWebStorage, UserManager, WebStorageStateStore } from 'oidc-client-ts'

const manager = new UserManager({
  authority: ${js(issuer)},
  client_id: ${js(client_id)},
  redirect_uri: ${js(redirect_uri)},
  scope: ${js(scope)},
${resource !== undefined && `  resource: ${js(resource)},`}
  // Tokens in sessionStorage could be read there by any script of this origin, at any time.
  userStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }),
})
const who = document.querySelector('#who')
${renews && '// A minute before the access token ends it is renewed, and the next refresh token kept.'}
${renews && "manager.events.addSilentRenewError(error => { who.textContent = 'Sign in again: ' + error.message })"}
document.querySelector('button').onclick = () => manager.signinRedirect()

async function comeBack() {
  const user = await manager.signinCallback()
  // The code is good once, and nobody needs it in the history.
  history.replaceState(null, '', '/')
  who.textContent = 'Signed in as ' + (user.profile.name ?? user.profile.sub)
}

if (new URLSearchParams(location.search).has('state')) {
  comeBack().catch(error => { who.textContent = error.message })
}
</script>
`
}
