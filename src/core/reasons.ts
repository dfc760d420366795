/** What a stranger is told instead of causes that must look alike. */
export interface PublicReason {
  readonly error: string
  readonly rule: string
  readonly sentence: string
  /** Its words on the wire. */
  readonly description: string
  /**
   * Who may learn the exact cause: the owner of the application that asked, or administrators only, because it is
   * about another application or about a person.
   */
  readonly exactFor: 'owner' | 'admin'
}

const publicTable = {
  'client-not-authenticated': {
    error: 'invalid_client',
    rule: 'RFC 6749 §5.2',
    sentence: 'The client is unknown, or did not prove that it is that client.',
    description: 'client authentication failed',
    exactFor: 'owner',
  },
  'code-not-valid': {
    error: 'invalid_grant',
    rule: 'RFC 6749 §5.2',
    sentence: 'The code is unknown, or was issued to another client.',
    description: 'code is not valid for this client',
    exactFor: 'admin',
  },
  'refresh-token-not-valid': {
    error: 'invalid_grant',
    rule: 'RFC 6749 §5.2',
    sentence: 'The refresh token is unknown, or was issued to another client.',
    description: 'refresh token is not valid for this client',
    exactFor: 'admin',
  },
  'device-code-not-valid': {
    error: 'invalid_grant',
    rule: 'RFC 6749 §5.2',
    sentence: 'The device code is unknown, or was issued to another client.',
    description: 'device_code is not valid for this client',
    exactFor: 'admin',
  },
  'sign-in-failed': {
    error: 'access_denied',
    rule: 'Grantwise',
    sentence: 'The login or the password is not right, or the account may not sign in.',
    description: 'the login or the password is not right',
    exactFor: 'admin',
  },
} as const

export type PublicReasonId = keyof typeof publicTable

/** Every reason that stands for several. */
export const publicReasons: Readonly<Record<PublicReasonId, PublicReason>> = publicTable

export interface Reason {
  /** The code on the wire. */
  readonly error: string
  /** Where the rule stands. */
  readonly rule: string
  /** What happened, for the operator. */
  readonly sentence: string
  /** The reason a stranger is given instead. */
  readonly public?: PublicReasonId
  /** The HTTP status, where the error code does not settle it. */
  readonly status?: number
  /** It only says to come again: no failure that anybody need see. */
  readonly waits?: true
}

const table = {
  // What HTTP itself refuses.
  'request-unreadable': {
    error: 'invalid_request',
    rule: 'RFC 9112 §2.2',
    sentence: 'What came could not be read as an HTTP request, or came too slowly.',
  },
  'headers-too-large': {
    error: 'invalid_request',
    rule: 'RFC 6585 §5',
    sentence: 'The header fields of the request are larger than 16 kB, or there are a thousand.',
    status: 431,
  },
  'url-malformed': {
    error: 'invalid_request',
    rule: 'RFC 3986 §2.1',
    sentence: 'The path of the URL is not percent-encoded UTF-8.',
  },
  'path-unknown': {
    error: 'invalid_request',
    rule: 'RFC 9110 §15.5.5',
    sentence: 'There is nothing at this path.',
    status: 404,
  },
  'method-not-allowed': {
    error: 'invalid_request',
    rule: 'RFC 9110 §15.5.6',
    sentence: 'The path exists, but does not answer to this method.',
    status: 405,
  },
  'host-misdirected': {
    error: 'invalid_request',
    rule: 'RFC 9110 §7.4',
    sentence: 'A page was asked for under a host name that is not the issuer’s.',
    status: 421,
  },
  'https-missing': {
    error: 'invalid_request',
    rule: 'RFC 6749 §3.1',
    sentence: 'What came over http belongs to https, where nobody on the network can read along.',
    status: 421,
  },
  'body-too-large': {
    error: 'invalid_request',
    rule: 'RFC 9110 §15.5.14',
    sentence: 'The body is larger than 100 kB.',
    status: 413,
  },
  'media-type-unsupported': {
    error: 'invalid_request',
    rule: 'RFC 9110 §15.5.16',
    sentence: 'The Content-Type of the body cannot be read.',
    status: 415,
  },
  'server-busy': {
    error: 'temporarily_unavailable',
    rule: 'RFC 9110 §15.6.4',
    sentence: 'The server could not take more work, or its database did not answer.',
    status: 503,
  },
  'server-failed': {
    error: 'server_error',
    rule: 'RFC 9110 §15.6.1',
    sentence: 'The server failed where it should not have.',
    status: 500,
  },

  // What came is not a request.
  'parameter-repeated': {
    error: 'invalid_request',
    rule: 'RFC 6749 §3.1',
    sentence: 'A parameter was sent more than once.',
  },
  'parameter-missing': {
    error: 'invalid_request',
    rule: 'RFC 6749 §5.2',
    sentence: 'A required parameter is missing.',
  },
  'body-malformed': {
    error: 'invalid_request',
    rule: 'RFC 6749 §3.2',
    sentence: 'The body is not a form that can be read.',
  },
  'request-too-large': {
    error: 'invalid_request',
    rule: 'Grantwise',
    sentence: 'The request is too large to be kept while its user signs in.',
  },
  'secret-in-url': {
    error: 'invalid_request',
    rule: 'RFC 6749 §2.3.1',
    sentence: 'A secret was sent in the URL, where logs and history keep it.',
  },

  // Who is asking.
  'client-missing': {
    error: 'invalid_client',
    rule: 'RFC 6749 §2.3',
    sentence: 'No client_id came, neither by Basic nor in the body.',
  },
  'client-unknown': {
    error: 'invalid_client',
    rule: 'RFC 6749 §5.2',
    sentence: 'No client has this client_id.',
    public: 'client-not-authenticated',
  },
  'client-secret-wrong': {
    error: 'invalid_client',
    rule: 'RFC 6749 §5.2',
    sentence: 'The secret is none of the live secrets of this client.',
    public: 'client-not-authenticated',
  },
  'assertion-type-unsupported': {
    error: 'invalid_client',
    rule: 'RFC 7521 §4.2',
    sentence: 'The client_assertion_type is not the one for JWTs.',
  },
  'assertion-malformed': {
    error: 'invalid_client',
    rule: 'RFC 7523 §3',
    sentence: 'The client_assertion is no JWT that could prove a client: its form, its algorithm or a claim.',
  },
  'assertion-expired': {
    error: 'invalid_client',
    rule: 'RFC 7523 §3',
    sentence: 'The client_assertion has expired.',
  },
  'assertion-times-wrong': {
    error: 'invalid_client',
    rule: 'RFC 7523 §3',
    sentence: 'The client_assertion lasts too long, or is of the future.',
  },
  'assertion-audience-wrong': {
    error: 'invalid_client',
    rule: 'draft-ietf-oauth-rfc7523bis §4',
    sentence: 'The client_assertion is not for this server alone.',
  },
  'assertion-replayed': {
    error: 'invalid_client',
    rule: 'RFC 7523 §3',
    sentence: 'The client_assertion was used before.',
  },
  'assertion-issuer-wrong': {
    error: 'invalid_client',
    rule: 'RFC 7523 §3',
    sentence: 'The client_assertion was not made by the client, nor by the platform registered for it.',
    public: 'client-not-authenticated',
  },
  'assertion-subject-wrong': {
    error: 'invalid_client',
    rule: 'RFC 7523 §3',
    sentence: 'The platform’s token is about another job than the registered one.',
    public: 'client-not-authenticated',
  },
  'assertion-alg-wrong': {
    error: 'invalid_client',
    rule: 'OIDC Registration §2',
    sentence: 'The client_assertion is signed by another algorithm than the registered one.',
    public: 'client-not-authenticated',
  },
  'assertion-key-unknown': {
    error: 'invalid_client',
    rule: 'RFC 7523 §3',
    sentence: 'No registered key fits the algorithm and the kid of the client_assertion.',
    public: 'client-not-authenticated',
  },
  'assertion-keys-unavailable': {
    error: 'invalid_client',
    rule: 'RFC 7523 §3',
    sentence: 'The keys for the client_assertion could not be fetched.',
    public: 'client-not-authenticated',
  },
  'assertion-signature-wrong': {
    error: 'invalid_client',
    rule: 'RFC 7523 §3',
    sentence: 'No registered key made the signature of the client_assertion.',
    public: 'client-not-authenticated',
  },
  'client-auth-method-wrong': {
    error: 'invalid_client',
    rule: 'RFC 7591 §2',
    sentence: 'The client did not authenticate by the method it is registered with.',
    public: 'client-not-authenticated',
  },
  'client-auth-malformed': {
    error: 'invalid_client',
    rule: 'RFC 7617 §2',
    sentence: 'The Authorization header could not be read as client credentials.',
  },
  'client-auth-two-methods': {
    error: 'invalid_request',
    rule: 'RFC 6749 §2.3',
    sentence: 'The client authenticated in two ways at once.',
  },
  'client-id-differs': {
    error: 'invalid_request',
    rule: 'RFC 6749 §2.3.1',
    sentence: 'The client_id in the body is not the one that authenticated.',
  },
  'client-public': {
    error: 'invalid_client',
    rule: 'RFC 7662 §2.1',
    sentence: 'A client without a credential asked where one is needed.',
  },
  'client-id-missing': {
    error: 'invalid_request',
    rule: 'RFC 6749 §4.1.2.1',
    sentence: 'No client_id was sent to /authorize.',
  },
  'client-unknown-at-authorize': {
    error: 'invalid_request',
    rule: 'RFC 6749 §4.1.2.1',
    sentence: 'No client has this client_id.',
  },

  // Where the answer would go.
  'redirect-uri-missing': { error: 'invalid_request', rule: 'RFC 9700 §2.1', sentence: 'No redirect_uri was sent.' },
  'redirect-uri-mismatch': {
    error: 'invalid_request',
    rule: 'RFC 9700 §2.1',
    sentence: 'The redirect_uri is none of those registered.',
  },
  'redirect-uri-differs': {
    error: 'invalid_grant',
    rule: 'RFC 6749 §4.1.3',
    sentence: 'The redirect_uri is not the one the code was sent to.',
  },
  'redirect-uri-unbound': {
    error: 'invalid_request',
    rule: 'RFC 6749 §4.1.3',
    sentence: 'No redirect_uri was sent and no PKCE bound the code to its client.',
  },
  'response-mode-unsupported': {
    error: 'invalid_request',
    rule: 'OAuth 2.0 Multiple Response Types §2.1',
    sentence: 'This response_mode is not supported.',
  },
  'web-origin-unregistered': {
    error: 'invalid_request',
    rule: 'Grantwise',
    sentence: 'response_mode=web_message, and the origin of the redirect_uri is no web origin of this client.',
  },

  // What is asked.
  'response-type-unsupported': {
    error: 'unsupported_response_type',
    rule: 'RFC 6749 §4.1.2.1',
    sentence: 'The server does not offer this response_type.',
  },
  'response-type-not-allowed': {
    error: 'unauthorized_client',
    rule: 'RFC 6749 §4.1.2.1',
    sentence: 'The client is not registered for this response_type.',
  },
  'request-object-unsupported': {
    error: 'request_not_supported',
    rule: 'OIDC Core §3.1.2.6',
    sentence: 'Request objects are not supported.',
  },
  'request-uri-unsupported': {
    error: 'request_uri_not_supported',
    rule: 'OIDC Core §3.1.2.6',
    sentence: 'Request objects by reference are not supported.',
  },
  'registration-unsupported': {
    error: 'registration_not_supported',
    rule: 'OIDC Core §3.1.2.6',
    sentence: 'The registration parameter is not supported.',
  },
  'prompt-invalid': {
    error: 'invalid_request',
    rule: 'OIDC Core §3.1.2.1',
    sentence: 'The prompt is not a list of known values, or joins none with another.',
  },
  'max-age-invalid': {
    error: 'invalid_request',
    rule: 'OIDC Core §3.1.2.1',
    sentence: 'max_age is not a whole number of seconds.',
  },
  'claims-malformed': {
    error: 'invalid_request',
    rule: 'OIDC Core §5.5',
    sentence: 'The claims parameter is not a JSON object of JSON objects.',
  },
  'id-token-hint-invalid': {
    error: 'invalid_request',
    rule: 'OIDC Core §3.1.2.1',
    sentence: 'The id_token_hint is not an ID Token of this server.',
  },
  'acr-unmet': {
    error: 'unmet_authentication_requirements',
    rule: 'OIDC Core §5.5.1.1',
    sentence: 'The client insists on a way of signing in that this server does not have.',
  },
  'scope-malformed': {
    error: 'invalid_scope',
    rule: 'RFC 6749 §3.3',
    sentence: 'The scope holds characters that RFC 6749 does not allow.',
  },
  'realm-unknown': {
    error: 'invalid_request',
    rule: 'Auth0 Authentication API',
    sentence: 'The realm is not one of this server.',
  },
  'password-refused': {
    error: 'invalid_grant',
    rule: 'RFC 6749 §5.2',
    sentence: 'The username is unknown, the password is wrong, or the account is disabled.',
  },
  'password-throttled': {
    error: 'temporarily_unavailable',
    status: 429,
    rule: 'RFC 6749 §4.3.2',
    sentence: 'Too many failed sign-ins for this account or from this address, on any way to sign in.',
  },
  'openid-missing': {
    error: 'invalid_scope',
    rule: 'OIDC Core §3.2.2.1',
    sentence: 'An ID Token was asked for without the scope openid.',
  },
  'nonce-missing': {
    error: 'invalid_request',
    rule: 'OIDC Core §3.2.2.1',
    sentence: 'An ID Token was asked for by way of the browser without a nonce.',
  },
  'scope-empty': {
    error: 'invalid_scope',
    rule: 'RFC 6749 §3.3',
    sentence: 'None of the scopes asked for may be granted to this client here.',
  },
  'scope-wider': {
    error: 'invalid_scope',
    rule: 'RFC 6749 §6',
    sentence: 'A refresh asked for a scope that the user did not grant.',
  },
  'resource-malformed': {
    error: 'invalid_target',
    rule: 'RFC 8707 §2',
    sentence: 'The resource is not an absolute URI without a fragment.',
  },
  'resource-ambiguous': {
    error: 'invalid_target',
    rule: 'RFC 8707 §2',
    sentence: 'More than one audience was named; one token is for one audience.',
  },
  'resource-unknown': {
    error: 'invalid_target',
    rule: 'RFC 8707 §2',
    sentence: 'No resource server with this audience is one of this client.',
  },
  'resource-missing': {
    error: 'invalid_target',
    rule: 'RFC 8707 §2',
    sentence: 'No audience was named, and the client does not have exactly one.',
  },
  'resource-differs': {
    error: 'invalid_target',
    rule: 'RFC 8707 §2.2',
    sentence: 'The audience is not the one that was authorized.',
  },

  // PKCE.
  'pkce-challenge-missing': {
    error: 'invalid_request',
    rule: 'RFC 9700 §2.1.1',
    sentence: 'No code_challenge was sent, and this client must send one.',
  },
  'pkce-challenge-malformed': {
    error: 'invalid_request',
    rule: 'RFC 7636 §4.2',
    sentence: 'The code_challenge is not 43 characters of base64url.',
  },
  'pkce-method-unsupported': {
    error: 'invalid_request',
    rule: 'RFC 7636 §4.4.1',
    sentence: 'The code_challenge_method is not S256.',
  },
  'pkce-verifier-missing': {
    error: 'invalid_grant',
    rule: 'RFC 7636 §4.6',
    sentence: 'The code is bound to a challenge, and no code_verifier came.',
  },
  'pkce-verifier-malformed': {
    error: 'invalid_grant',
    rule: 'RFC 7636 §4.1',
    sentence: 'The code_verifier is not 43 to 128 unreserved characters.',
  },
  'pkce-verifier-mismatch': {
    error: 'invalid_grant',
    rule: 'RFC 7636 §4.6',
    sentence: 'The code_verifier does not hash to the challenge.',
  },
  'pkce-downgrade': {
    error: 'invalid_grant',
    rule: 'RFC 9700 §4.8.2',
    sentence: 'A code_verifier came for a code that no challenge was sent for.',
  },

  // Grants.
  'grant-type-unsupported': {
    error: 'unsupported_grant_type',
    rule: 'RFC 6749 §5.2',
    sentence: 'The server does not offer this grant_type.',
  },
  'grant-type-not-allowed': {
    error: 'unauthorized_client',
    rule: 'RFC 6749 §5.2',
    sentence: 'The client is not registered for this grant_type.',
  },
  'flow-ended': {
    error: 'unauthorized_client',
    rule: 'RFC 9700 §2.1.2, §2.4',
    sentence: 'The day has come on which this client was to have left the retired flow.',
  },
  'code-unknown': {
    error: 'invalid_grant',
    rule: 'RFC 6749 §5.2',
    sentence: 'No code like this exists.',
    public: 'code-not-valid',
  },
  'code-of-another': {
    error: 'invalid_grant',
    rule: 'RFC 6749 §5.2',
    sentence: 'The code was issued to another client.',
    public: 'code-not-valid',
  },
  'code-expired': { error: 'invalid_grant', rule: 'RFC 6749 §4.1.2', sentence: 'The code was not redeemed in time.' },
  'code-replayed': {
    error: 'invalid_grant',
    rule: 'RFC 6749 §4.1.2',
    sentence: 'The code was redeemed before; what it bought is revoked.',
  },
  'device-code-unknown': {
    error: 'invalid_grant',
    rule: 'RFC 6749 §5.2',
    sentence: 'No device code like this exists.',
    public: 'device-code-not-valid',
  },
  'device-code-of-another': {
    error: 'invalid_grant',
    rule: 'RFC 6749 §5.2',
    sentence: 'The device code was issued to another client.',
    public: 'device-code-not-valid',
  },
  'device-pending': {
    error: 'authorization_pending',
    rule: 'RFC 8628 §3.5',
    sentence: 'The user of the device has not answered yet.',
    waits: true,
  },
  'device-slow-down': {
    error: 'slow_down',
    rule: 'RFC 8628 §3.5',
    sentence: 'The device polled sooner than it was told to; it must wait five seconds longer each time.',
    waits: true,
  },
  'device-code-expired': {
    error: 'expired_token',
    rule: 'RFC 8628 §3.5',
    sentence: 'Nobody answered the device in time, or it came too late for the answer.',
  },
  'device-denied': {
    error: 'access_denied',
    rule: 'RFC 8628 §3.5',
    sentence: 'The user did not allow what the device asked.',
  },
  'device-code-replayed': {
    error: 'invalid_grant',
    rule: 'RFC 8628 §3.5',
    sentence: 'The device code was redeemed before; what it bought is revoked.',
  },
  'device-requests-throttled': {
    error: 'temporarily_unavailable',
    status: 429,
    rule: 'RFC 8628 §5.3',
    sentence: 'Too many devices asked in the name of one public client, from this address or from everywhere.',
  },
  'user-code-unknown': {
    error: 'access_denied',
    rule: 'RFC 8628 §3.3',
    sentence: 'No device waits with the code that was typed: it never was, has run out, or is answered.',
  },
  'user-code-throttled': {
    error: 'access_denied',
    rule: 'RFC 8628 §5.1',
    sentence: 'Too many codes that no device shows were typed by this user or from this address.',
  },
  'refresh-token-unknown': {
    error: 'invalid_grant',
    rule: 'RFC 6749 §5.2',
    sentence: 'No refresh token like this exists.',
    public: 'refresh-token-not-valid',
  },
  'refresh-token-of-another': {
    error: 'invalid_grant',
    rule: 'RFC 6749 §10.4',
    sentence: 'The refresh token was issued to another client.',
    public: 'refresh-token-not-valid',
  },
  'refresh-token-expired': {
    error: 'invalid_grant',
    rule: 'RFC 9700 §4.14.2',
    sentence: 'The refresh token was idle, or its authorization lasted, longer than the client allows.',
  },
  'offline-access-withdrawn': {
    error: 'invalid_grant',
    rule: 'OIDC Core §11',
    sentence: 'The client or its API may no longer have offline_access.',
  },
  'refresh-token-replayed': {
    error: 'invalid_grant',
    rule: 'RFC 9700 §4.14.2',
    sentence: 'The refresh token had been rotated; everything of its authorization is revoked.',
  },
  'authorization-revoked': {
    error: 'invalid_grant',
    rule: 'RFC 7009 §2.1',
    sentence: 'The authorization behind this was revoked.',
  },

  // The one gate.
  'user-gone': { error: 'invalid_grant', rule: 'RFC 6749 §5.2', sentence: 'The user no longer exists.' },
  'user-disabled': { error: 'invalid_grant', rule: 'RFC 6749 §5.2', sentence: 'The user is disabled.' },

  // From where.
  'network-outside': {
    error: 'access_denied',
    rule: 'RFC 10027',
    sentence: 'The network policy of the client, or of the server, lets this be done on certain networks only.',
    status: 403,
  },
  'network-outside-silent': {
    error: 'interaction_required',
    rule: 'OIDC Core §3.1.2.6',
    sentence: 'The browser is outside the networks of the client, and prompt=none forbids a page that says so.',
  },

  // People.
  'access-denied': { error: 'access_denied', rule: 'RFC 6749 §4.1.2.1', sentence: 'The user declined.' },
  'login-required': {
    error: 'login_required',
    rule: 'OIDC Core §3.1.2.6',
    sentence: 'The user would have to sign in, and prompt=none forbids a page.',
  },
  'session-cookie-withheld': {
    error: 'login_required',
    rule: 'OIDC Core §3.1.2.6',
    sentence:
      'prompt=none came from a frame in a page of another site, where browsers send no session: whether the user is signed in is unknown.',
  },
  'account-selection-required': {
    error: 'account_selection_required',
    rule: 'OIDC Core §3.1.2.6',
    sentence:
      'Several accounts are signed in at the browser, nothing says which is meant, and prompt=none forbids a page.',
  },
  'account-differs': {
    error: 'login_required',
    rule: 'OIDC Core §3.1.2.1',
    sentence: 'Somebody signed in, but not the user the request was about.',
  },
  'consent-required': {
    error: 'consent_required',
    rule: 'OIDC Core §3.1.2.6',
    sentence: 'The user would have to consent, and prompt=none forbids a page.',
  },
  'confirmation-required': {
    error: 'interaction_required',
    rule: 'RFC 8252 §8.6',
    sentence:
      'The user consented before, but would have to confirm that the app is no other; prompt=none forbids a page.',
  },
  'request-answered': {
    error: 'access_denied',
    rule: 'Grantwise',
    sentence: 'The request had been answered already (a page was submitted twice), or its user signed out meanwhile.',
  },
  'user-refused': {
    error: 'access_denied',
    rule: 'RFC 6749 §4.1.2.1',
    sentence: 'The signed-in user may not use this server: the account is gone or disabled.',
  },
  'login-unknown': {
    error: 'access_denied',
    rule: 'Grantwise',
    sentence: 'Nobody has this login.',
    public: 'sign-in-failed',
  },
  'password-wrong': {
    error: 'access_denied',
    rule: 'Grantwise',
    sentence: 'The password is not right.',
    public: 'sign-in-failed',
  },
  'account-disabled': {
    error: 'access_denied',
    rule: 'Grantwise',
    sentence: 'The account is disabled.',
    public: 'sign-in-failed',
  },
  'sign-in-throttled': {
    error: 'access_denied',
    rule: 'RFC 6819 §4.4.3.6',
    sentence: 'Too many failed sign-ins for this account or from this address.',
  },
  'page-expired': {
    error: 'invalid_request',
    rule: 'Grantwise',
    sentence: 'The page was older than an hour when it was submitted.',
  },
  'page-foreign': {
    error: 'invalid_request',
    rule: 'RFC 6749 §10.12',
    sentence: 'The form was not from a page this browser was given.',
  },
  'origin-foreign': {
    error: 'invalid_request',
    rule: 'RFC 6749 §10.12',
    sentence: 'A form was posted from a page of another origin.',
  },

  // Accounts.
  'sign-up-off': {
    error: 'access_denied',
    rule: 'Grantwise',
    sentence: 'Nobody may create an account here: sign_up is off.',
  },
  'sign-up-throttled': {
    error: 'access_denied',
    rule: 'RFC 6819 §4.4.3.6',
    sentence: 'Too many accounts were asked for from this address, or from everywhere.',
  },
  'login-unusable': {
    error: 'invalid_request',
    rule: 'Grantwise',
    sentence: 'The username asked for is empty, too long, or holds characters that cannot be seen.',
  },
  'login-taken': {
    error: 'invalid_request',
    rule: 'Grantwise',
    sentence: 'Somebody has this username, or an application names it as its owner.',
  },
  'profile-unusable': {
    error: 'invalid_request',
    rule: 'Grantwise',
    sentence: 'The name or the e-mail address given for an account is not one.',
  },
  'password-unfit': {
    error: 'invalid_request',
    rule: 'NIST SP 800-63B §3.1.1.2',
    sentence: 'The password chosen is too short, too long, common, or made of the names around it.',
  },
  'password-repeat-differs': {
    error: 'invalid_request',
    rule: 'Grantwise',
    sentence: 'The new password was not typed the same way twice.',
  },
  'set-up-link-invalid': {
    error: 'access_denied',
    rule: 'Grantwise',
    sentence: 'The set-up link is unknown, was used, is older than an hour, or a later start made another.',
  },
  'set-up-done': {
    error: 'access_denied',
    rule: 'Grantwise',
    sentence: 'This server has an administrator; a set-up link makes the first one only.',
  },

  // What only administrators may ask for.
  'asked-from-elsewhere': {
    error: 'access_denied',
    rule: 'Grantwise',
    sentence: 'Something for administrators was asked for under another host name, or from a page of another site.',
    status: 403,
  },
  'admin-not-signed-in': {
    error: 'access_denied',
    rule: 'Grantwise',
    sentence: 'Something for administrators was asked for, and nobody is signed in.',
    status: 401,
  },
  'admin-role-missing': {
    error: 'access_denied',
    rule: 'Grantwise',
    sentence: 'Something for administrators was asked for, and who is signed in is none.',
    status: 403,
  },
  'redirect-uri-unfit': {
    error: 'invalid_redirect_uri',
    rule: 'RFC 7591 §3.2.2',
    sentence: 'A redirect URI typed for a new client cannot be registered.',
  },
  'client-metadata-unfit': {
    error: 'invalid_client_metadata',
    rule: 'RFC 7591 §3.2.2',
    sentence: 'Something typed for a new client is missing or cannot be registered.',
  },
  'client-not-shown': {
    error: 'invalid_request',
    rule: 'Grantwise',
    sentence: 'An app was asked for that there is not, or by somebody who is neither its owner nor an administrator.',
    status: 404,
  },
  'client-changed-meanwhile': {
    error: 'invalid_request',
    rule: 'Grantwise',
    sentence: 'An app was to be changed that somebody else had changed since it was shown.',
    status: 409,
  },
  'journey-unknown': {
    error: 'invalid_request',
    rule: 'Grantwise',
    sentence: 'No journey has this id, or it is forgotten.',
    status: 404,
  },

  // Tokens presented.
  'token-missing': { error: 'invalid_request', rule: 'RFC 6750 §3', sentence: 'No access token came.', status: 401 },
  'token-two-ways': {
    error: 'invalid_request',
    rule: 'RFC 6750 §2',
    sentence: 'The access token came in two ways at once.',
  },
  'token-invalid': {
    error: 'invalid_token',
    rule: 'RFC 6750 §3.1',
    sentence: 'The token is not an access token of this server for this use.',
  },
  'token-expired': { error: 'invalid_token', rule: 'RFC 6750 §3.1', sentence: 'The access token has expired.' },
  'token-revoked': { error: 'invalid_token', rule: 'RFC 6750 §3.1', sentence: 'The access token was revoked.' },
  'token-without-openid': {
    error: 'insufficient_scope',
    rule: 'OIDC Core §5.3.1',
    sentence: 'The access token was not granted openid.',
  },

  // Why something ended.
  'revoked-by-client': { error: 'invalid_grant', rule: 'RFC 7009 §2', sentence: 'The client revoked it.' },
  'signed-out': { error: 'invalid_grant', rule: 'OIDC RP-Initiated Logout §2', sentence: 'The user signed out.' },
  'session-replaced': {
    error: 'invalid_grant',
    rule: 'Grantwise',
    sentence: 'Somebody signed in again in the same browser.',
  },
  'password-changed': {
    error: 'invalid_grant',
    rule: 'Grantwise',
    sentence: 'The password of the user was changed, which signs out everywhere else.',
  },
  'app-disconnected': {
    error: 'invalid_grant',
    rule: 'RFC 6819 §5.2.2.4',
    sentence: 'The user took back what this application could do.',
  },
  'backup-restored': {
    error: 'invalid_grant',
    rule: 'RFC 9700 §4.14.2',
    sentence: 'An older state of the server was restored, and with it everything that was granted before ended.',
  },

  // Logout.
  'logout-redirect-mismatch': {
    error: 'invalid_request',
    rule: 'OIDC RP-Initiated Logout §3',
    sentence: 'The post_logout_redirect_uri is none of those registered, or no client was named.',
  },
  'logout-client-differs': {
    error: 'invalid_request',
    rule: 'OIDC RP-Initiated Logout §2',
    sentence: 'The client_id is not the one the id_token_hint was issued to.',
  },

  // The advisor.
  'advice-malformed': {
    error: 'invalid_request',
    rule: 'Grantwise',
    sentence: 'The advisor was not asked with a JSON object of answers and followups.',
  },
  'parts-malformed': {
    error: 'invalid_request',
    rule: 'Grantwise',
    sentence: 'The address of the advisor holds a part of a system that cannot be read, or too many of them.',
  },
  'question-unknown': {
    error: 'invalid_request',
    rule: 'Grantwise',
    sentence: 'The advisor was given an answer to a question that it does not ask.',
  },
  'answer-unknown': {
    error: 'invalid_request',
    rule: 'Grantwise',
    sentence: 'The advisor was given an answer that its question does not have.',
  },
  'outside-advice': {
    error: 'unauthorized_client',
    rule: 'RFC 6749 §5.2',
    sentence: 'The client was registered by the advisor for one flow, and the request is another.',
  },
} as const

export type ReasonId = keyof typeof table

/** Every reason for which anything is refused or revoked, named by its failure. */
export const reasons: Readonly<Record<ReasonId, Reason>> = table

/** Everything that has a page of its own. */
export type ErrorId = ReasonId | PublicReasonId

/** The reason that a stranger may know: the exact one, or the one it shares with causes that must look alike. */
export function publicReasonOf(id: ReasonId): ErrorId {
  return reasons[id].public ?? id
}

/** What a stranger is told instead of the exact cause, where causes must look alike. */
export function publicDescription(id: ReasonId): string | undefined {
  const group = reasons[id].public
  return group && publicReasons[group].description
}
