/** A row of the checklist of what the two guides claim: `S` of Spotify's, `A` of Auth0's. */
export interface Row {
  readonly id: string
  /** What must be true of Grantwise, in a sentence. */
  readonly claim: string
  /** Why no test holds it. */
  readonly without?: string
}

/** Every row that claims something; S33 is an empty line of a table. */
export const rows: readonly Row[] = [
  { id: 'S1', claim: 'Which flow to use is one question with one answer, on the page, in a terminal and over HTTP.' },
  { id: 'S2', claim: 'The questions are about the application, in words that name no grant.' },
  { id: 'S3', claim: 'A web app on a server goes on working for its user long after they signed in.' },
  { id: 'S4', claim: 'A user permits an app once, and is asked again only for more, or when the app wants it.' },
  {
    id: 'S5',
    claim: 'A client secret stays with its client: in no page, address or log, and hashed where it is kept.',
  },
  { id: 'S6', claim: 'The forms of the code flow’s tutorial work.' },
  { id: 'S7', claim: 'An app that can keep no secret redeems its code by the verifier alone.' },
  { id: 'S8', claim: 'A desktop, a mobile and a browser app each sign somebody in.' },
  { id: 'S9', claim: 'An intercepted code is worth nothing to whoever has not its verifier.' },
  { id: 'S10', claim: 'A verifier has 43 to 128 unreserved characters, and a challenge is its SHA-256.' },
  { id: 'S11', claim: 'A daemon works with neither a user nor a browser.' },
  { id: 'S12', claim: 'A token for the app itself is about the app, and about no user.' },
  { id: 'S13', claim: 'A token for the app itself opens no endpoint that is about a user.' },
  { id: 'S14', claim: 'The forms of the client credentials tutorial work.' },
  { id: 'S15', claim: 'Implicit returns the token in the address, and never in a query or a log.' },
  { id: 'S16', claim: 'A token in the address is there for every script of the page to take; a code is not enough.' },
  { id: 'S17', claim: 'Implicit never brings a refresh token.' },
  { id: 'S18', claim: 'Implicit is not recommended, and off unless somebody allows it.' },
  { id: 'S19', claim: 'The day on which implicit was removed is documented.' },
  { id: 'S20', claim: 'Authorization code reaches a user’s data.' },
  { id: 'S21', claim: 'Authorization code requires a secret key.' },
  { id: 'S22', claim: 'Authorization code refreshes.' },
  { id: 'S23', claim: 'Code with PKCE reaches a user’s data.' },
  { id: 'S24', claim: 'Code with PKCE requires no secret key.' },
  { id: 'S25', claim: 'Code with PKCE refreshes.' },
  { id: 'S26', claim: 'Client credentials reach no user’s data.' },
  { id: 'S27', claim: 'Client credentials require a secret key.' },
  { id: 'S28', claim: 'Client credentials do not refresh.' },
  { id: 'S29', claim: 'Implicit reaches a user’s data.' },
  { id: 'S30', claim: 'Implicit requires no secret key.' },
  { id: 'S31', claim: 'Implicit does not refresh.' },
  { id: 'S32', claim: 'A secret is taken on the back channel only.' },
  { id: 'S34', claim: 'An app or the server can be held to a network.' },
  { id: 'S35', claim: 'Whoever is outside is told that it is the place, and what that means for them.' },
  { id: 'A1', claim: 'A page with a list of contents helps to find the flow for each case.' },
  { id: 'A2', claim: 'Every page of the advisor says whose advice it is, and of when.' },
  { id: 'A3', claim: 'The server lists the grants that it has, and has those that it lists.' },
  { id: 'A4', claim: 'The answer depends on the type of the client, on trust, and on the experience wanted.' },
  { id: 'A5', claim: 'A chart of the decisions is made from the rules.' },
  { id: 'A6', claim: 'The resource owner is seen where they act.' },
  { id: 'A7', claim: 'The client is seen where it acts.' },
  { id: 'A8', claim: 'The resource server is seen where it acts.' },
  { id: 'A9', claim: 'The authorization server is seen where it acts.' },
  { id: 'A10', claim: 'The user agent is seen where it acts.' },
  { id: 'A11', claim: 'A program that acts for itself is advised client credentials, by everybody.' },
  { id: 'A12', claim: 'It needs nobody’s permission.' },
  {
    id: 'A13',
    claim: 'A scheduled job imports an API into a database, and imports nothing twice.',
  },
  { id: 'A14', claim: 'It holds an id and a secret, and follows when the secret is rotated.' },
  { id: 'A15', claim: 'It names the API that its token is for.' },
  { id: 'A16', claim: 'A web app on a server signs people in without a script in their browser.' },
  { id: 'A17', claim: 'It gets an access token, and a refresh token where it asks and the API allows it.' },
  { id: 'A18', claim: 'Its access token never passes through the browser.' },
  { id: 'A19', claim: 'The requests of the code grant’s page work.' },
  { id: 'A20', claim: 'An app that is trusted with passwords may use them, where it is allowed.' },
  { id: 'A21', claim: 'What a person types into the app’s own form goes by the app’s own server.' },
  { id: 'A22', claim: 'Nobody but a first party is ever trusted with passwords.' },
  { id: 'A23', claim: 'What later copies of the guide add about passwords is told.' },
  { id: 'A24', claim: 'A native app and a page in the browser are two answers.' },
  { id: 'A25', claim: 'What a single-page app is stands in the glossary.' },
  { id: 'A26', claim: 'A page gets its token at once, without a code.' },
  { id: 'A27', claim: 'That saves a round trip.' },
  { id: 'A28', claim: 'It exposes the token on the client’s side.' },
  { id: 'A29', claim: 'It brings no refresh token.' },
  { id: 'A30', claim: 'The request of the implicit grant’s page works.' },
  { id: 'A31', claim: 'A page has other ways to renew.' },
  { id: 'A32', claim: 'prompt=none never shows a page.' },
  { id: 'A33', claim: 'With a session it answers at once.' },
  { id: 'A34', claim: 'It does not ask for consent.' },
  { id: 'A35', claim: 'Silent authentication answers by web_message.' },
  { id: 'A36', claim: 'A hidden frame renews, and the user sees nothing of it.' },
  { id: 'A37', claim: 'A native app signs people in by code with PKCE.' },
  { id: 'A38', claim: 'It makes a verifier of its own for each sign-in.' },
  { id: 'A39', claim: 'The challenge comes with the first request, and stays with the code.' },
  { id: 'A40', claim: 'The challenge method comes too, and is S256.' },
  { id: 'A41', claim: 'The code is redeemed with the verifier.' },
  { id: 'A42', claim: 'The server transforms the verifier, and compares.' },
  { id: 'A43', claim: 'The requests of the PKCE grant’s page work.' },
  { id: 'A44', claim: 'The vendor’s own libraries sign in unmodified.', without: 'comes with --face auth0' },
]

/** The rows that the title of a test names: `A17, S4: …`. */
export function rowsNamed(title: string): readonly string[] {
  return /^[SA]\d+(?:, [SA]\d+)*(?=: )/.exec(title)?.[0].split(', ') ?? []
}

/** How many rows hold, and which do not. A row holds when a test that names it passed and none failed. */
export function summary(held: ReadonlyMap<string, boolean>): string {
  const missing = rows.filter(({ id }) => held.get(id) !== true)
  const why = missing.map(({ id, without }) => (held.has(id) || without === undefined ? id : `${id} ${without}`))
  const list = missing.length === 0 ? '' : ` (missing: ${why.join(', ')})`
  return `Guides: ${rows.length - missing.length} of ${rows.length} rows hold${list}`
}
