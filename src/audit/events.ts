/** What the audit trail records, and what each record says. */
export const auditEvents = {
  'set-up': 'The first administrator was made with the set-up link.',
  'signed-up': 'Somebody made an account.',
  'signed-in': 'Somebody signed in; `sid` names the session.',
  'sessions-ended': 'Sessions ended, and with them the authorizations that live in them.',
  'password-changed': 'A user has another password; their other sessions ended.',
  consented: 'A user let a client have scopes of an API.',
  'consent-withdrawn': 'A user took back what they let a client do.',
  authorized: 'A client was let act for a user; `family` names the authorization in every token of it.',
  'authorization-revoked': 'An authorization and every token of it ended.',
  'token-revoked': 'A client ended a token of its own.',
  'code-replayed': 'A code came twice; what it had bought was revoked.',
  'refresh-token-replayed': 'A spent refresh token came again; its authorization was revoked.',
  'client-created': 'A client was registered.',
  'client-changed': 'A registration changed.',
  'client-deleted': 'A client was deleted, with everything that it was granted.',
  'resource-server-created': 'An API was registered.',
  'resource-server-changed': 'An API changed.',
  'resource-server-deleted': 'An API was deleted.',
  'user-created': 'An account was made for somebody.',
  'user-changed': 'An account changed.',
  'user-disabled': 'A user may get nothing more; everything of theirs ended.',
  'user-enabled': 'A user may sign in again.',
  'user-deleted': 'An account was deleted, with everything of theirs.',
  'signing-keys-changed': 'Signing keys were made, promoted, retired or removed.',
} as const

export type AuditEvent = keyof typeof auditEvents
