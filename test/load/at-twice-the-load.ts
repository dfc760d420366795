import { offer } from './open-loop.ts'
import { megabytes, print, unanswered } from './print.ts'
import { clientCredentials, requestsTo } from './requests.ts'
import type { LoadedServer } from './server.ts'

/** Milliseconds within which a request that was taken on is answered. */
const longest = 1_000
/** Of what it carries, what it still does when twice as much comes. */
const leastServed = 0.5
/** Bytes. */
const mostMemory = 400 * 2 ** 20

/** Twice what it carries: each request is answered or told when to come back, soon; then all is as before. */
export async function atTwiceTheLoad(server: LoadedServer, carried: number, seconds: number): Promise<string[]> {
  const { port, issuer } = server
  const next = () => clientCredentials(requestsTo(issuer))
  const before = server.rss()
  const seen: number[] = []
  const watch = setInterval(() => seen.push(server.rss()), 500)
  const [tally, newcomers] = await Promise.all([
    offer({ port, rate: carried * 2, seconds, next }),
    offer({ port, rate: 20, seconds, next, anew: true }),
  ])
  clearInterval(watch)
  const after = await offer({ port, rate: 20, seconds: 1, next })
  print('twice the load', tally)
  print('beside it, over connections that are opened for them', newcomers)
  const [early, late] = [Math.max(...seen.slice(0, seen.length / 2)), Math.max(...seen.slice(seen.length / 2))]
  console.log(
    `  memory ${megabytes(before)} before, at most ${megabytes(early)}, in the second half ${megabytes(late)}`,
  )
  console.log(
    `  all answered ${tally.drained.toFixed(0)} ms after the last; then p50 ${after.served.p50.toFixed(1)} ms`,
  )
  return [
    ...unanswered('twice the load', tally),
    ...unanswered('over new connections', newcomers),
    ...(newcomers.served.p99 > longest ? ['who came anew waited too long'] : []),
    ...(tally.late.p99 > longest / 4 ? ['the load itself came late: this machine has other things to do'] : []),
    ...(tally.served.p99 > longest ? ['what was served waited too long'] : []),
    ...(tally.served.count / seconds < carried * leastServed ? ['too little was served'] : []),
    ...(Math.max(early, late) > mostMemory ? ['too much memory'] : []),
    ...(seconds >= 60 && late > early * 1.1 ? ['memory went on growing'] : []),
    ...(tally.drained > 1_000 || after.served.count < after.offered ? ['no recovery within a second'] : []),
  ]
}
