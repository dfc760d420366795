import type { RunsOn } from '../core/client.ts'
import { clientTypeOf, type Flow, type FlowId, familyOf, flowOf } from './flows.ts'
import type { Answers } from './questions.ts'

/** What a cost is worked out from: the flow that is taken anyway, the one that was advised, and the program. */
interface Taken {
  readonly flow: Flow
  readonly chosen: Flow
  readonly answers: Answers
}

interface Cost {
  readonly when: (taken: Taken) => boolean
  /** What one would have to give, or would lose. */
  readonly text: (taken: Taken) => string
}

/** Where a variant of a flow is at home, and what it would take to bring a program there. */
const homes: { readonly [F in FlowId]?: { readonly runs_on: RunsOn; readonly move: string } } = {
  'authorization_code+pkce:confidential': {
    runs_on: 'server',
    move: 'You would have to move it to a server of yours.',
  },
  'authorization_code_pkce:public': { runs_on: 'server', move: 'You would have to move it to a server of yours.' },
  'authorization_code_pkce:browser': { runs_on: 'browser', move: 'You would have to build it as a web page.' },
  bff: { runs_on: 'browser', move: 'You would have to build a web page, and a small server behind it.' },
  'authorization_code_pkce:native': { runs_on: 'native', move: 'You would have to ship it as an app to install.' },
  'authorization_code_pkce:loopback': {
    runs_on: 'cli',
    move: 'It would have to run on the person’s own computer, and listen there for the answer.',
  },
  'authorization_code_pkce:same-device': {
    runs_on: 'device',
    move: 'It would have to be a device with a browser of its own.',
  },
}

/** Each says so much that nothing after it counts. */
const decisive: readonly Cost[] = [
  {
    when: ({ flow, answers }) => flow.acts_for === 'self' && answers.acts_for === 'user',
    text: () => 'You would give up the person: nobody has permitted anything, so it reaches no data of theirs.',
  },
  {
    when: ({ flow, answers }) => flow.acts_for === 'user' && answers.acts_for === 'self',
    text: ({ flow }) =>
      familyOf(flow.id) === 'password'
        ? 'It would sign in with the password of a person, and could do all that they can.'
        : 'Somebody would have to sign in first, and again whenever that ends; the program would act in their name.',
  },
]

/** What it takes to run the flow where the program is not. */
const elsewhere: readonly Cost[] = [
  { when: ({ flow, answers }) => isElsewhere(flow, answers), text: ({ flow }) => homes[flow.id]?.move ?? '' },
]

/** What it takes where the program is, the heaviest first. */
const here: readonly Cost[] = [
  {
    when: ({ flow }) => familyOf(flow.id) === 'password',
    text: () => 'Every password would pass through your app, and people could use no passkey and no second factor.',
  },
  {
    when: ({ flow }) => familyOf(flow.id) === 'implicit',
    text: () =>
      'The token would stand in the page’s address, where the browser’s history and every script can read it.',
  },
  {
    when: ({ flow, answers }) =>
      clientTypeOf(flow) === 'confidential' &&
      answers.secret_safe === 'no' &&
      flow.id !== 'bff' &&
      flow.id !== 'client_credentials:federated',
    text: () => 'It needs a secret, and this program cannot keep one: whoever has a copy could pretend to be it.',
  },
  {
    when: ({ flow, answers }) => flow.id === 'client_credentials:federated' && answers.platform_id === 'no',
    text: () => 'You would have to move it to a platform that signs an identity for each run.',
  },
  {
    when: ({ flow, chosen }) =>
      chosen.id === 'client_credentials:federated' && flow.id !== chosen.id && flow.acts_for === 'self',
    text: () => 'You would have a credential to store, to keep out of logs, and to replace now and then.',
  },
  {
    when: ({ flow }) => flow.id === 'authorization_code+bootstrap',
    text: () =>
      'Somebody would sign in elsewhere, and again whenever their permission ends; until then it would act in their name, whether they are there or not.',
  },
  {
    when: ({ flow, answers }) =>
      flow.response_types.length > 0 && answers.redirect === 'no' && flow.id !== 'authorization_code+bootstrap',
    text: () => 'It needs a browser where it runs and the person in front of it, and cannot count on both.',
  },
  {
    when: ({ flow, answers }) => flow.id === 'bff' && answers.backend === 'no',
    text: () => 'You would have to run a small server and keep its sessions; in return no token would reach the page.',
  },
  {
    when: ({ flow, chosen }) =>
      chosen.id === 'bff' && clientTypeOf(flow) === 'public' && familyOf(flow.id) !== 'implicit',
    text: () => 'Tokens would lie in the page, where a script that breaks in takes them along.',
  },
  {
    when: ({ flow }) => familyOf(flow.id) === 'device_code',
    text: ({ answers }) =>
      answers.redirect === 'yes'
        ? 'People would copy a code to another screen, and could be talked into approving somebody else’s.'
        : 'Somebody would have to be there to type the code, and could be talked into typing somebody else’s.',
  },
  {
    when: ({ flow }) => familyOf(flow.id) === 'ciba_or_none',
    text: () => 'You would have to know who the person is before you ask, and a sign-in service that can reach them.',
  },
  {
    when: ({ flow, chosen }) => !renews(flow) && renews(chosen),
    text: ({ answers }) =>
      answers.offline === 'yes'
        ? 'There is no refresh token: it would stop when the person leaves.'
        : 'There is no refresh token: when the access token ends, the person’s browser has to ask again.',
  },
  {
    when: ({ flow, chosen }) => clientTypeOf(flow) === 'public' && clientTypeOf(chosen) === 'confidential',
    text: () => 'Nothing would prove that a request for tokens comes from your program, and not from a copy of it.',
  },
  {
    when: ({ flow, chosen }) => flow.response_types.includes('code') && !flow.pkce && chosen.pkce,
    text: () => 'Without PKCE, a stolen code could be slipped into somebody else’s session.',
  },
  {
    when: ({ flow, chosen }) => flow.response_types.includes('code') && familyOf(chosen.id) === 'implicit',
    text: () => 'One more request at each sign-in, to redeem the code; and it would be what the standards ask for.',
  },
]

/**
 * What taking a flow anyway would cost this program, the heaviest first: worked out from what the two flows register
 * and from answers in line with each other. Empty where it would cost nothing.
 */
export function costOf(taken: FlowId, chosen: FlowId, answers: Answers): readonly string[] {
  const facts: Taken = { flow: flowOf(taken), chosen: flowOf(chosen), answers }
  const costs = [decisive, elsewhere, here].map(all => all.filter(({ when }) => when(facts)))
  return (costs.find(it => it.length > 0) ?? []).map(({ text }) => text(facts))
}

function renews({ grant_types }: Flow): boolean {
  return grant_types.includes('refresh_token')
}

function isElsewhere({ id }: Flow, { runs_on }: Answers): boolean {
  const home = homes[id]
  return home !== undefined && home.runs_on !== runs_on
}
