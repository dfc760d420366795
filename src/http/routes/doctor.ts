import type { FastifyReply } from 'fastify'
import type { Diagnosis } from '../../doctor/diagnose.ts'
import { NoSubject, recognise, type Subject } from '../../doctor/subject.ts'
import { isAtThisMachine } from '../at-this-machine.ts'
import { bindForm, isFormFresh } from '../bound-form.ts'
import type { Context } from '../context.ts'
import { currentLogin } from '../current-login.ts'
import { type Exchange, formParams } from '../exchange.ts'
import { pageHeaders } from '../headers.ts'
import { isAdmin } from '../is-admin.ts'
import type { DoctorOutcome } from '../pages/doctor.ts'
import type { Route } from '../route.ts'
import { refuseForeignOrigin } from '../same-origin.ts'

/** Apps and findings that a page says at most: one that takes four bytes to give is paid back in a thousand. */
const most = 500

const tooMuch: DoctorOutcome = {
  kind: 'refused',
  why: `There is more to say about it than fits on a page (${most} apps and findings): give it in parts, or to "grantwise doctor" in a terminal.`,
}

/** What is wrong with a request, a client, a token or another server. Nothing of what is given is kept, or shown again. */
export const doctorRoute: Route = {
  path: '/doctor',
  errors: 'page',
  GET: async (exchange, context) => show(undefined, exchange, context),
  async POST(exchange, context) {
    refuseForeignOrigin(exchange, context.server.issuer)
    const form = formParams(exchange)
    if (!isFormFresh('doctor', form, undefined, exchange, context))
      return show({ kind: 'refused', why: 'This page was open for too long: give it once more.' }, exchange, context)
    return show(await outcomeOf(form.get('given') ?? '', exchange, context), exchange, context)
  },
}

async function show(outcome: DoctorOutcome | undefined, exchange: Exchange, context: Context): Promise<FastifyReply> {
  const { doctorPage } = await import('../pages/doctor.ts')
  const target = bindForm('doctor', '/doctor', undefined, exchange, context)
  return pageHeaders(exchange.reply)
    .code(outcome?.kind === 'refused' ? 400 : 200)
    .send(doctorPage(outcome, target, context.site))
}

async function outcomeOf(given: string, exchange: Exchange, context: Context): Promise<DoctorOutcome> {
  const subject = read(given)
  if (typeof subject === 'string') return { kind: 'refused', why: subject }
  const now = context.server.clock.now()
  // Each of them has a line at least.
  if (subject.kind === 'clients' && subject.described.length > most) return tooMuch
  const { diagnose } = await import('../../doctor/diagnose.ts')
  if (subject.kind !== 'issuer') return examined(diagnose(subject, { now }))
  // Strangers must not have this server ask for addresses of their choice.
  if (!(await mayAsk(exchange, context))) {
    const why = 'Only an administrator of this server may have it ask another one. Give the discovery document itself.'
    return { kind: 'refused', why }
  }
  const { fetchJson, isOutgoingRefused } = context.outgoing
  const { askIssuer } = await import('../../doctor/ask-issuer.ts')
  const asked = await askIssuer(subject.url, fetchJson, isOutgoingRefused)
  if ('whys' in asked) return { kind: 'unanswered', whys: asked.whys }
  const { metadata, ...about } = asked
  return examined(diagnose({ kind: 'discovery', metadata }, { now, ...about }))
}

function examined(diagnoses: readonly Diagnosis[]): DoctorOutcome {
  const lines = diagnoses.reduce((sum, { findings }) => sum + 1 + findings.length, 0)
  return lines <= most ? { kind: 'examined', diagnoses } : tooMuch
}

/** An administrator, or with --dev whoever sits at this machine. */
async function mayAsk(exchange: Exchange, context: Context): Promise<boolean> {
  const signedIn = await currentLogin(exchange, context)
  return (signedIn !== undefined && isAdmin(signedIn.user)) || (context.dev && isAtThisMachine(exchange, context))
}

function read(given: string): Subject | string {
  try {
    return recognise(given)
  } catch (error) {
    if (error instanceof NoSubject) return `This is nothing that can be looked at: ${error.message}.`
    throw error
  }
}
