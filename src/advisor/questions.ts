import type { ActsFor, RunsOn } from '../core/client.ts'

export type YesOrNo = 'yes' | 'no'

/** What the advisor knows of a program once every question is answered. */
export interface Answers {
  readonly acts_for: ActsFor
  readonly runs_on: RunsOn
  readonly secret_safe: YesOrNo
  readonly redirect: YesOrNo
  readonly trusted_pw: YesOrNo
  readonly offline: YesOrNo
  readonly backend: YesOrNo
  readonly platform_id: YesOrNo
}

export type QuestionId = keyof Answers

/** Always allowed: the question's own assumption stands in, and a warning says so. */
export const unsure = 'unsure'

export interface Choice {
  readonly value: string
  readonly text: string
  /** One line that lets people recognise their own case. */
  readonly explanation: string
  /** What this answer says of the program, as part of a sentence. */
  readonly clause: string
}

export interface Question {
  readonly id: QuestionId
  readonly text: string
  readonly choices: readonly Choice[]
}

/** What stands in for an answer that nobody could give. */
export const assumed: Answers = {
  acts_for: 'user',
  runs_on: 'browser',
  secret_safe: 'no',
  redirect: 'yes',
  trusted_pw: 'no',
  offline: 'no',
  backend: 'no',
  platform_id: 'no',
}

/** Every question, in the order in which it is asked; about the program, never in the words of OAuth. */
export const questions: readonly Question[] = [
  {
    id: 'acts_for',
    text: 'Whose data does the program work with?',
    choices: [
      {
        value: 'user',
        text: 'A person’s',
        explanation: 'Somebody signs in and lets it act for them: their playlists, their mailbox, their orders.',
        clause: 'it acts for a person',
      },
      {
        value: 'self',
        text: 'Its own, or public data',
        explanation: 'Nobody signs in. The program has an account of its own: a nightly import, a price feed.',
        clause: 'it acts for itself',
      },
    ],
  },
  {
    id: 'runs_on',
    text: 'Where does it run?',
    choices: [
      {
        value: 'server',
        text: 'On a server',
        explanation: 'A website or a service whose code stays on machines that you run.',
        clause: 'it runs on a server',
      },
      {
        value: 'browser',
        text: 'In the browser',
        explanation: 'A web page that does its work in JavaScript, which everybody can read.',
        clause: 'it runs in the browser',
      },
      {
        value: 'native',
        text: 'On a phone or a computer',
        explanation: 'An app that people install, with windows or screens of its own.',
        clause: 'it is an app on a phone or a computer',
      },
      {
        value: 'cli',
        text: 'In a terminal',
        explanation: 'A command that people type, on their own computer or on another over SSH.',
        clause: 'it runs in a terminal',
      },
      {
        value: 'device',
        text: 'On a device',
        explanation: 'A TV, a printer, a speaker, a sensor: little to type on, or nothing.',
        clause: 'it runs on a device',
      },
      {
        value: 'ci',
        text: 'In an unattended job',
        explanation: 'A build, a deployment or another run that nobody sits in front of.',
        clause: 'it is an unattended job',
      },
    ],
  },
  {
    id: 'secret_safe',
    text: 'Can a secret stored with the program be kept from everybody who holds a copy of it?',
    choices: [
      {
        value: 'yes',
        text: 'Yes',
        explanation: 'It stays on machines that you run, in a vault or in the environment of a service.',
        clause: 'it can keep a secret',
      },
      {
        value: 'no',
        text: 'No',
        explanation: 'It would ship with the program, and whoever has the program could find it.',
        clause: 'it cannot keep a secret',
      },
    ],
  },
  {
    id: 'redirect',
    text: 'Can it open a web browser on the same device and get control back?',
    choices: [
      {
        value: 'yes',
        text: 'Yes',
        explanation: 'A page opens, the person signs in there, and the program goes on.',
        clause: 'it can open a browser',
      },
      {
        value: 'no',
        text: 'No',
        explanation: 'There is no browser where it runs, or nobody in front of it: over SSH, on a TV, on a call.',
        clause: 'it cannot open a browser',
      },
    ],
  },
  {
    id: 'trusted_pw',
    text: 'Do you own both the app and the sign-in service, and may the app see what people type to sign in?',
    choices: [
      {
        value: 'yes',
        text: 'Yes',
        explanation: 'Both are yours, and people would type their sign-in details straight into the app.',
        clause: 'it may see what people type to sign in',
      },
      {
        value: 'no',
        text: 'No',
        explanation: 'People should type them on the sign-in page only.',
        clause: 'it may not see what people type to sign in',
      },
    ],
  },
  {
    id: 'offline',
    text: 'Must it work while the person is away?',
    choices: [
      {
        value: 'yes',
        text: 'Yes',
        explanation: 'It goes on after they have left: a nightly sync, a report, a reminder.',
        clause: 'it works while the person is away',
      },
      {
        value: 'no',
        text: 'No',
        explanation: 'It has work to do only while they use it.',
        clause: 'it works only while the person is there',
      },
    ],
  },
  {
    id: 'backend',
    text: 'Can you run a small server for it?',
    choices: [
      {
        value: 'yes',
        text: 'Yes',
        explanation: 'A small service of yours can do the talking, and the page talks to that.',
        clause: 'a server of yours stands behind it',
      },
      {
        value: 'no',
        text: 'No',
        explanation: 'The page is files on a web host, and there is to be nothing else.',
        clause: 'no server of yours stands behind it',
      },
    ],
  },
  {
    id: 'platform_id',
    text: 'Does the platform that it runs on vouch for it?',
    choices: [
      {
        value: 'yes',
        text: 'Yes',
        explanation: 'Each run is given a signed identity: by the CI service, the cloud, or SPIFFE.',
        clause: 'its platform vouches for it',
      },
      {
        value: 'no',
        text: 'No',
        explanation: 'It has only what you store with it.',
        clause: 'no platform vouches for it',
      },
    ],
  },
]

/** The questions in a few words, for a box of a chart and for a sentence that is about one of them. */
export const shortQuestions: Readonly<Record<QuestionId, string>> = {
  acts_for: 'Whose data is it?',
  runs_on: 'Where does it run?',
  secret_safe: 'Can it keep a secret?',
  redirect: 'Can it open a browser?',
  trusted_pw: 'May it see passwords?',
  offline: 'Must it work without them?',
  backend: 'A small server for it?',
  platform_id: 'Does its platform vouch?',
}

export const questionIds: readonly QuestionId[] = questions.map(({ id }) => id)

/** What an answer says of the program, as part of a sentence. */
export function clauseOf(id: QuestionId, value: string): string {
  return choiceOf(id, value)?.clause ?? value
}

/** The words of an answer. */
export function choiceOf(id: QuestionId, value: string): Choice | undefined {
  return questions.find(it => it.id === id)?.choices.find(it => it.value === value)
}

/** The answer that is always there, last, and what it leads to. */
export function unsureChoice(id: QuestionId): Omit<Choice, 'clause'> {
  const choice = choiceOf(id, assumed[id])
  return { value: unsure, text: 'I am not sure', explanation: `We go on as if you had said “${choice?.text}”.` }
}
