import type { Drift } from '../../advisor/drift.ts'
import { findFlow, flowOf } from '../../advisor/flows.ts'
import type { FollowUp } from '../../advisor/follow-ups/follow-up.ts'
import { followUps } from '../../advisor/follow-ups.ts'
import { policyOf } from '../../advisor/policies/index.ts'
import { questions } from '../../advisor/questions.ts'
import type { StoredAdvice } from '../../advisor/stored-advice.ts'
import { html, type Markup } from './html.ts'

/** What a client's advice would be today, where it is another. */
export function driftMessage(drift: Drift, { rules_version, flow }: StoredAdvice, change: string): Markup {
  return html`
    <section class="message retired" aria-labelledby="drift">
      <h2 id="drift">By today’s rules the answer would be another</h2>
      ${driftWords(drift, { rules_version, flow })}
      <p>It goes on as it is registered until somebody changes it. <a href=${change}>See what to change</a></p>
    </section>`
}

function driftWords(drift: Drift, { rules_version, flow }: Pick<StoredAdvice, 'rules_version' | 'flow'>): Markup {
  if (drift.what === 'question') {
    return html`<p>It was registered by the rules of ${rules_version}. Today’s ask what nobody has answered for it yet: ${drift.question}</p>`
  }
  if (drift.what === 'settings') {
    return html`
      <p>It was registered by the rules of ${rules_version}. Those of ${drift.now.rules_version} name the same flow, and register it otherwise by what was answered besides:</p>
      <ul>${drift.settings.map(({ member, registered, today }) => html`<li><code>${member}</code>: ${today}, not ${registered}</li>`)}</ul>`
  }
  return html`
    <p>The rules of ${rules_version} said <strong>${findFlow(flow)?.name ?? flow}</strong>. Those of ${drift.now.rules_version} say <strong>${flowOf(drift.now.flow).name}</strong> (rule ${drift.now.rule_id}) to the same answers.</p>
    <p>${drift.now.why}</p>`
}

/** The advice that a client follows, its answers in words. */
export function clientAdvice(advice: StoredAdvice | null, change: string): Markup {
  return html`
    <section aria-labelledby="advice">
      <h2 id="advice">The advice it follows</h2>
      ${advice === null ? none() : followed(advice)}
      <p><a href=${change}>${advice === null ? 'Ask the advisor about it' : 'Answer the questions again'}</a></p>
    </section>`
}

function none(): Markup {
  return html`<p>None: it was registered by an apply file that names no advice, and is held to its grants alone.</p>`
}

function followed({ policy, answers, followups = {}, flow, rule_id, rules_version }: StoredAdvice): Markup {
  const { name, date } = policyOf(policy)
  const given = questions.flatMap(question => {
    const value = answers[question.id]
    return value === undefined ? [] : [{ text: question.text, said: wordsOf(question, value) }]
  })
  // Other rules may have asked what today's do not.
  const besides = Object.entries(followups).map(([id, value]) => {
    const followUp = followUps.find(it => it.id === id)
    return followUp ? { text: followUp.text, said: wordsOf(followUp, value) } : { text: id, said: value }
  })
  return html`
    <p>Of <em>${name}</em>${policyDate(date)}: <strong>${findFlow(flow)?.name ?? flow}</strong>, by rule ${rule_id} of the rules of ${rules_version}.</p>
    <dl class="rows">${[...given, ...besides].map(({ text, said }) => html`<div><dt>${text}</dt><dd>${said}</dd></div>`)}</dl>`
}

function policyDate(date: string): string {
  return `, as of ${date}`
}

function wordsOf({ choices }: Pick<FollowUp, 'choices'>, value: string): string {
  return choices.find(it => it.value === value)?.text ?? (value === 'unsure' ? 'Not sure' : value)
}
