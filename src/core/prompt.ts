import type { Check } from './check.ts'

/** The prompts this server understands (OIDC Core §3.1.2.1). */
export const prompts = ['none', 'login', 'consent', 'select_account'] as const
export type Prompt = (typeof prompts)[number]

/** @throws `invalid_request` for an unknown value, or `none` together with another. */
export function parsePrompt(text: string | undefined, check: Check): readonly Prompt[] {
  const words = text?.split(' ').filter(word => word !== '') ?? []
  const known = words.filter((word): word is Prompt => (prompts as readonly string[]).includes(word))
  if (known.length !== words.length || (known.includes('none') && known.length > 1)) {
    throw check.refused('prompt-invalid', 'prompt must be none alone, or a list of login, consent and select_account', {
      sent: text,
    })
  }
  check.passed('prompt-invalid')
  return known
}

/** Whether no page may be shown, whatever else is wrong with the request (OIDC Core §3.1.2.1). */
export function isSilent(text: string | undefined): boolean {
  return text?.split(' ').includes('none') ?? false
}

/** Seconds since the last sign-in that the client allows. @throws `invalid_request` unless it is a whole number. */
export function parseMaxAge(text: string | undefined, check: Check): number | undefined {
  if (text !== undefined && !/^\d{1,10}$/.test(text)) {
    throw check.refused('max-age-invalid', 'max_age must be a whole number of seconds', { sent: text })
  }
  check.passed('max-age-invalid')
  return text === undefined ? undefined : Number(text)
}
