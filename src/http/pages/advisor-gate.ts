import { advisorAuthority } from './advisor-authority.ts'
import { advisorChoices } from './advisor-choices.ts'
import { type AdvisorState, addressOf, type Gate } from './advisor-state.ts'
import { html, type Markup } from './html.ts'
import type { Site } from './site.ts'

/** Before the first question: some need no OAuth at all, and some only the part that says who signs in. */
export function advisorGate(state: AdvisorState, site: Site): { readonly title: string; readonly content: Markup } {
  const to = (gate: Gate): string => addressOf({ ...state, gate }, site)
  return {
    title: 'Which OAuth flow should I use?',
    content: html`
      <div class="asking gate">
        <header>
          <h1 class="question">Which OAuth flow should I use?</h1>
          <p class="lead">Answer a few questions about your program, and see which flow fits it, why, and what others would say. First: what is it for?</p>
        </header>
        <div>
          ${advisorChoices(
            [
              {
                href: to('apps'),
                text: 'Working with an API',
                line: 'People sign in and it acts for them, or it works as itself: a website, an app, a command, a nightly job.',
              },
              {
                href: to('sign-in'),
                text: 'Only knowing who signs in',
                line: 'A sign-in button for a site or an app, and no API to call with it.',
              },
              {
                href: to('myself'),
                text: 'Only myself',
                line: 'A script or a tool for one API and your own account. Nobody else ever signs in.',
              },
            ],
            {
              href: to('apps'),
              text: 'I am not sure',
              line: 'We go on as if you had said “Working with an API”.',
            },
          )}
          ${advisorAuthority()}
        </div>
      </div>`,
  }
}
