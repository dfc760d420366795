import { Command } from 'commander'
import { type Advised, advise, toJson } from '../advisor/advise.ts'
import { policyIds } from '../advisor/policies/index.ts'
import { type Question, type QuestionId, questionIds, questions, unsure } from '../advisor/questions.ts'
import { AdviceRefused, type AdviseRequest } from '../advisor/request.ts'
import { StartRefused } from '../config.ts'
import type { PolicyId } from '../core/client.ts'
import { exitCodes } from './exit-codes.ts'
import { Finished } from './finished.ts'
import { flag, repeatable } from './flags.ts'

interface Options extends Readonly<Record<string, unknown>> {
  readonly policy: PolicyId
  readonly followUp?: readonly string[]
  readonly json?: boolean
}

/** `grantwise advise`: which flow a program should use, by flags, or by questions in a terminal. */
export function adviseCommand(): Command {
  const command = new Command('advise').description(
    'Say which flow a program should use. In a terminal it asks; elsewhere, answer with flags.',
  )
  for (const question of questions) command.addOption(answerFlag(question))
  return command
    .addOption(repeatable('--follow-up <id=answer>', 'answer to a follow-up', '--follow-up F1=yes'))
    .addOption(
      flag('--policy <id>', 'whose answer comes first, and decides the exit status', '--policy auth0')
        .choices(policyIds)
        .default('best-practice'),
    )
    .addOption(flag('--json', 'print what POST /api/advise answers', 'advise --runs-on server --json'))
    .addHelpText('after', exitStatus)
    .action(run)
}

const exitStatus = `
Exit status: 0 a flow was found (with --json also: a question is left), 3 no suitable flow, 2 wrong usage or, without
a terminal to ask in, answers missing.`

function answerFlag({ id, text, choices }: Question) {
  const name = flagOf(id)
  const values = [...choices.map(({ value }) => value), unsure]
  return flag(`${name} <answer>`, text, `${name} ${values[0]}`).choices(values)
}

async function run(options: Options): Promise<void> {
  const followups = Object.fromEntries((options.followUp ?? []).map(readFollowUp))
  const given = questionIds.flatMap(id => {
    const answer = options[camelCase(id)]
    return answer === undefined ? [] : [[id, answer] as const]
  })
  const answers = Object.fromEntries(given)
  const advised = process.stdin.isTTY ? await askAll(answers, followups) : adviseOrRefuse({ answers, followups })
  if (options.json) process.stdout.write(toJson(advised))
  const { question, advice } = advised
  if (advice === null) {
    if (options.json || question === null) return
    throw new StartRefused(`${flagOf(question.id)} is missing. ${question.text}\n${listOf(question.answers)}`)
  }
  if (!options.json) {
    const { printAdvice } = await import('./print-advice.ts')
    printAdvice(advice, options.policy)
  }
  if (advice[options.policy].flow === 'none') throw new Finished(exitCodes.noFlow)
}

function adviseOrRefuse(request: AdviseRequest): Advised {
  try {
    return advise(request)
  } catch (error) {
    if (!(error instanceof AdviceRefused)) throw error
    throw new StartRefused(error.message, { cause: error })
  }
}

/** Asks on standard error until nothing is left to ask, so that what is piped on is the answer alone. */
async function askAll(given: Readonly<Record<string, unknown>>, followups: Record<string, string>): Promise<Advised> {
  let answers = given
  let advised = adviseOrRefuse({ answers, followups })
  while (advised.question !== null) {
    const { question } = advised
    const { isCancel, select } = await import('@clack/prompts')
    const answer = await select({
      message: question.text,
      options: question.answers.map(({ value, text, explanation }) => ({ value, label: text, hint: explanation })),
      output: process.stderr,
    })
    if (isCancel(answer)) throw new Finished(exitCodes.refused)
    answers = { ...answers, [question.id]: answer }
    advised = adviseOrRefuse({ answers, followups })
  }
  return advised
}

function readFollowUp(text: string): readonly [string, string] {
  const [, id, answer] = /^([^=]+)=(.*)$/.exec(text) ?? []
  if (id !== undefined && answer !== undefined) return [id, answer]
  throw new StartRefused(`--follow-up: expected an id and an answer, like F1=yes; got ${JSON.stringify(text)}`)
}

function listOf(answers: readonly { readonly value: string; readonly text: string }[]): string {
  const width = Math.max(...answers.map(({ value }) => value.length))
  return answers.map(({ value, text }) => `  ${value.padEnd(width)}  ${text}`).join('\n')
}

/** The flag that answers a question: `--acts-for`. */
export function flagOf(id: QuestionId): string {
  return `--${id.replaceAll('_', '-')}`
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
