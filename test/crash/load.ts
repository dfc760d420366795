import { setTimeout as pause } from 'node:timers/promises'
import { type Actions, actionsOn } from './actions.ts'
import type { Chance } from './chance.ts'
import type { Chain, Ledger } from './ledger.ts'
import type { Victim } from './victim.ts'
import { clients } from './world.ts'

/** How many chains are refreshed over and over; the others rest. */
const refreshed = 200
/** Codes are left to be redeemed after the restart, one in so many. */
const leftWaiting = 6
const everyManyTwice = 8

/** People there are at least, before anything is killed. */
const leastPeople = 8

/** Lets the first people sign up; the password worker of a new process takes its time. */
export async function populate(victim: Victim, ledger: Ledger, chance: Chance): Promise<void> {
  const actions = actionsOn(victim, ledger, chance)
  while (ledger.people.length < leastPeople) await actions.signUp(newLogin(ledger, chance))
}

/** Loads a server with everything that it writes for, until it is killed. */
export async function load(victim: Victim, ledger: Ledger, chance: Chance): Promise<void> {
  const actions = actionsOn(victim, ledger, chance)
  const idle = ledger.chains.filter(({ state }) => state === 'live').slice(-refreshed)
  const people = [...ledger.people]
  let known = people.length
  const scenes: readonly (() => Promise<void>)[] = [
    ...Array.from({ length: 4 }, () => () => begin(actions, people, idle, chance)),
    ...Array.from({ length: 4 }, () => () => goOn(actions, idle, chance)),
    () => end(actions, idle, chance),
    ...Array.from({ length: 2 }, () => () => workAlone(actions, chance)),
    async () => {
      await actions.signUp(newLogin(ledger, chance))
      people.push(...ledger.people.slice(known))
      known = ledger.people.length
    },
  ]
  await Promise.all(scenes.map(scene => repeat(scene, victim)))
}

function newLogin({ people }: Ledger, chance: Chance): string {
  return `person-${people.length}-${chance.below(1e9)}`
}

async function repeat(scene: () => Promise<void>, victim: Victim): Promise<void> {
  while (!victim.killed) {
    await scene()
    // A scene that finds nothing to do must not keep the others from running.
    await pause(1)
  }
}

/** Takes a value that nobody else is busy with. */
function take<T>(values: T[], chance: Chance): T | undefined {
  return values.splice(chance.below(values.length), 1)[0]
}

async function begin(actions: Actions, people: Parameters<Actions['authorize']>[0][], idle: Chain[], chance: Chance) {
  const person = take(people, chance)
  if (person === undefined) return
  const chain = await actions.authorize(person, chance.oneOf(clients))
  people.push(person)
  if (chain === undefined || chance.oneIn(leftWaiting)) return
  if (chance.oneIn(everyManyTwice)) await actions.redeemTwice(chain)
  else await actions.redeem(chain)
  if (chain.state === 'live') idle.push(chain)
}

async function goOn(actions: Actions, idle: Chain[], chance: Chance) {
  const chain = take(idle, chance)
  if (chain === undefined) return
  if (chance.oneIn(everyManyTwice)) await actions.refreshTwice(chain)
  else await actions.refresh(chain)
  if (chain.state === 'live') idle.push(chain)
}

async function end(actions: Actions, idle: Chain[], chance: Chance) {
  const chain = take(idle, chance)
  if (chain !== undefined) await actions.revoke(chain)
}

async function workAlone(actions: Actions, chance: Chance) {
  const job = await actions.getJobToken()
  if (job !== undefined && chance.oneIn(3)) await actions.revokeJobToken(job)
}
