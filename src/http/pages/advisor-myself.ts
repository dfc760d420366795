import { type AdvisorState, addressOf } from './advisor-state.ts'
import { html, type Markup } from './html.ts'
import type { Site } from './site.ts'

/** What does for a program that only its author uses, what that lacks, and when to come back. */
export function advisorMyself(state: AdvisorState, site: Site): { readonly title: string; readonly content: Markup } {
  return {
    title: 'An API key may do',
    content: html`
      <div class="asking myself">
        <header>
          <p class="kicker">Only myself <a href=${addressOf({ ...state, gate: undefined }, site)}>Back</a></p>
          <h1 class="question">An API key may do.</h1>
          <p class="lead">Many APIs let you make a key, or a personal access token, in your account’s settings. For a script of your own, that is less work than OAuth and often enough.</p>
        </header>
        <div class="columns">
          <section aria-labelledby="enough">
            <h2 id="enough">It is enough when</h2>
            <ul>
              <li>you alone run the program, with your own account;</li>
              <li>it calls one API, and that API hands out keys;</li>
              <li>the key stays where only you can read it.</li>
            </ul>
          </section>
          <section aria-labelledby="lacks">
            <h2 id="lacks">What it lacks</h2>
            <ul>
              <li>Nobody else can use the program without your key, which is your account.</li>
              <li>Nobody is asked what it may do: a key can often do all that you can. Where it can be narrowed, narrow it.</li>
              <li>Many keys never end by themselves. Note where you use it, and replace it now and then.</li>
              <li>It is a password: keep it in the environment or a vault, never in the code or an address.</li>
            </ul>
          </section>
          <section aria-labelledby="back">
            <h2 id="back">Come back when</h2>
            <ul>
              <li>somebody else is to use it with an account of theirs;</li>
              <li>it moves to a server, a phone or a web page;</li>
              <li>the API gives out no keys, or wants OAuth.</li>
            </ul>
          </section>
        </div>
        <p class="next"><a class="button" href=${addressOf({ ...state, gate: 'apps' }, site)}>Go on anyway</a></p>
      </div>`,
  }
}
