import { passwordAcr } from '../acr.ts'
import { claimsSupported } from '../claims.ts'
import { prompts } from '../prompt.ts'
import { standardScopes } from '../scope.ts'
import type { Server } from '../server.ts'
import { paths } from './paths.ts'

type Published = Pick<Server, 'issuer' | 'grants' | 'responseTypes' | 'responseModes' | 'clientAuthMethods' | 'keys'>

/** OIDC Discovery §3 and RFC 8414 §2, from the lists the server works by: what is listed is what works. */
export function metadata(
  server: Omit<Published, 'keys'> & { readonly keys: Pick<Server['keys'], 'algs'> },
): Record<string, unknown> {
  const at = (path: string) => server.issuer.replace(/\/$/, '') + path
  const authMethods = server.clientAuthMethods.map(it => it.token_endpoint_auth_method)
  const signingAlgs = server.clientAuthMethods.flatMap(it => it.signing_algs ?? [])
  return {
    issuer: server.issuer,
    authorization_endpoint: at(paths.authorization),
    token_endpoint: at(paths.token),
    // RFC 8628 §4.
    device_authorization_endpoint: at(paths.device_authorization),
    userinfo_endpoint: at(paths.userinfo),
    introspection_endpoint: at(paths.introspection),
    revocation_endpoint: at(paths.revocation),
    end_session_endpoint: at(paths.end_session),
    jwks_uri: at(paths.jwks),
    scopes_supported: standardScopes,
    response_types_supported: server.responseTypes.map(it => it.response_type),
    response_modes_supported: server.responseModes.map(it => it.response_mode),
    // RFC 8414 §2: `implicit` is a grant that has no token endpoint.
    grant_types_supported: [
      ...new Set([...server.grants.map(it => it.grant_type), ...server.responseTypes.flatMap(it => it.grant_types)]),
    ],
    token_endpoint_auth_methods_supported: authMethods,
    token_endpoint_auth_signing_alg_values_supported: signingAlgs,
    revocation_endpoint_auth_methods_supported: authMethods,
    revocation_endpoint_auth_signing_alg_values_supported: signingAlgs,
    // RFC 7662 §2.1 wants a caller that proves itself.
    introspection_endpoint_auth_methods_supported: authMethods.filter(it => it !== 'none'),
    introspection_endpoint_auth_signing_alg_values_supported: signingAlgs,
    code_challenge_methods_supported: ['S256'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: server.keys.algs,
    claims_supported: claimsSupported,
    claims_parameter_supported: true,
    request_parameter_supported: false,
    request_uri_parameter_supported: false,
    authorization_response_iss_parameter_supported: true,
    prompt_values_supported: prompts,
    acr_values_supported: [passwordAcr],
  }
}
