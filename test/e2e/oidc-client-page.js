// A single-page application as its author would write it: oidc-client-ts, as the documentation of it says.
const { issuer, clients } = JSON.parse(document.getElementById('settings').textContent)

window.manager = new oidc.UserManager({
  authority: issuer,
  client_id: clients[location.origin],
  redirect_uri: `${location.origin}/spa`,
  post_logout_redirect_uri: `${location.origin}/`,
  scope: 'openid profile profile:read',
  automaticSilentRenew: false,
})

async function main() {
  if (new URLSearchParams(location.search).has('state')) {
    await manager.signinCallback()
    history.replaceState({}, '', '/spa')
  }
  const user = await manager.getUser()
  document.getElementById('user').textContent = user ? user.profile.name : 'nobody'
}

main().catch(error => {
  document.getElementById('user').textContent = `failed: ${error.error ?? error.message}`
})
