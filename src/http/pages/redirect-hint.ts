import type { Registration } from '../../advisor/registration.ts'
import type { RunsOn } from '../../core/client.ts'

/** What an address to come back to looks like, and which will do. */
export interface RedirectHint {
  readonly example: string
  readonly words: string
}

const https = 'https://app.example.com/callback'
const loopback = 'http://127.0.0.1/callback'
const scheme = 'com.example.app:/callback'

const web = (port: number): RedirectHint => ({
  example: https,
  words: `Use https; or http://127.0.0.1:${port}/… while you build it.`,
})

const whereItRuns: Readonly<Record<RunsOn, RedirectHint>> = {
  server: web(3000),
  browser: web(5173),
  native: {
    example: scheme,
    words:
      'An https address of yours that opens the app; a scheme of yours in reverse, with a dot; or http://127.0.0.1/…, where any port will do.',
  },
  cli: {
    example: loopback,
    words: 'Use http://127.0.0.1/… or http://[::1]/…: any port will do, so leave it out.',
  },
  device: {
    example: scheme,
    words: 'Use an https address of yours that opens the app; or a scheme of yours in reverse, with a dot.',
  },
  ci: { example: https, words: 'Use https.' },
}

const asAnswered: Readonly<Record<NonNullable<Registration['redirect']>, RedirectHint>> = {
  'claimed-https': {
    example: https,
    words: 'Use an https address of yours that the system opens in your app only (RFC 8252 §7.2).',
  },
  loopback: {
    example: loopback,
    words: 'Use http://127.0.0.1/… or http://[::1]/…: any port will do, so leave it out (RFC 8252 §7.3).',
  },
  'custom-scheme': {
    example: scheme,
    words: 'Use a scheme of yours: a name of yours in reverse, with a dot (RFC 8252 §7.1).',
  },
  extension: {
    example: 'https://abcdefghijklmnopabcdefghijklmnop.chromiumapp.org/',
    words: 'Use what identity.getRedirectURL() of your extension says; its id stays the same once it is published.',
  },
}

/** By what was answered about the address, else by where the app runs. */
export function redirectHint({ redirect, grantwise }: Registration): RedirectHint {
  return redirect === undefined ? whereItRuns[grantwise.runs_on] : asAnswered[redirect]
}
