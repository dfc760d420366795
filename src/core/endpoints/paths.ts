/** Where each endpoint is, below the issuer. */
export const paths = {
  authorization: '/authorize',
  token: '/token',
  device_authorization: '/device_authorization',
  /** Where people type the code of a device. */
  device: '/device',
  userinfo: '/userinfo',
  introspection: '/introspect',
  revocation: '/revoke',
  end_session: '/logout',
  /** A page for each reason, below. */
  errors: '/errors',
  jwks: '/.well-known/jwks.json',
  openid_configuration: '/.well-known/openid-configuration',
  oauth_authorization_server: '/.well-known/oauth-authorization-server',
} as const
