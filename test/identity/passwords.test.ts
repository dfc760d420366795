import { argon2Sync } from 'node:crypto'
import { Worker } from 'node:worker_threads'
import { afterEach, describe, expect, test } from 'vitest'
import { dummyHash, isPasswordHash } from '../../src/identity/argon2.ts'
import type { PasswordJob } from '../../src/identity/password-worker.ts'
import { createPasswords, maxPasswordBytes, type Passwords, TooManySignIns } from '../../src/identity/passwords.ts'

const open: Passwords[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map(passwords => passwords.close()))
})

/** Real workers, with a look at what they are asked. */
function watched(idleFor?: number) {
  const workers: Worker[] = []
  const jobs: PasswordJob[] = []
  const passwords = createPasswords(() => {
    const worker = new Worker(new URL('../../src/identity/password-worker.ts', import.meta.url))
    const post = worker.postMessage.bind(worker)
    worker.postMessage = (job: PasswordJob) => {
      jobs.push(job)
      post(job)
    }
    workers.push(worker)
    return worker
  }, idleFor)
  open.push(passwords)
  return { passwords, workers, jobs }
}

function plain(): Passwords {
  const passwords = createPasswords()
  open.push(passwords)
  return passwords
}

test('a hash is a PHC string at the cost OWASP names, salted anew each time', async () => {
  const passwords = plain()
  const [one, two] = await Promise.all([passwords.hash('secret'), passwords.hash('secret')])
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
  expect(one).not.toBe(two)
  expect(isPasswordHash(one)).toBe(true)
})

test('the right password is right, any other is wrong', async () => {
  const passwords = plain()
  const hash = await passwords.hash('correct horse battery staple')
  expect(await passwords.verify(hash, 'correct horse battery staple')).toBe(true)
  for (const other of ['', 'Correct horse battery staple', 'correct horse battery staple ', 'correct horse']) {
    expect(await passwords.verify(hash, other)).toBe(false)
  }
})

test('one password has many spellings in Unicode (NFKC)', async () => {
  const passwords = plain()
  const hash = await passwords.hash('Ame\u0301lie ①')
  expect(await passwords.verify(hash, 'Amélie 1')).toBe(true)
})

test('RFC 9106: a hash made elsewhere, at another cost, is verified', async () => {
  const nonce = Buffer.from('somesaltsomesalt')
  const cost = { memory: 1024, passes: 3, parallelism: 4 }
  const tag = argon2Sync('argon2id', { message: 'pw', nonce, ...cost, tagLength: 24 })
  const hash = `$argon2id$v=19$m=1024,t=3,p=4$${nonce.toString('base64').replaceAll('=', '')}$${tag.toString('base64')}`
  expect(await plain().verify(hash, 'pw')).toBe(true)
  expect(await plain().verify(hash, 'pW')).toBe(false)
})

const tail = dummyHash.slice(dummyHash.indexOf('$', 30))
test.each([
  ['empty', ''],
  ['another function', dummyHash.replace('argon2id', 'argon2i')],
  ['bcrypt', '$2b$12$EixZaYVK1fsbw1ZfbX3OXePaWxn96p36WQoeG6Lruj3vjPGga31lW'],
  ['another version', dummyHash.replace('v=19', 'v=16')],
  ['too much memory', dummyHash.replace('m=19456', 'm=4194304')],
  ['too little memory', dummyHash.replace('m=19456', 'm=7')],
  ['too many passes', dummyHash.replace('t=2', 't=999')],
  ['no pass', dummyHash.replace('t=2', 't=0')],
  ['no lane', dummyHash.replace('p=1', 'p=0')],
  ['too many lanes', dummyHash.replace('p=1', 'p=99')],
  ['no salt', `$argon2id$v=19$m=19456,t=2,p=1$$${tail.slice(1)}`],
  ['a line more', `${dummyHash}\n`],
])('a stored hash that cannot be verified (%s) is refused after the same work', async (_, hash) => {
  const { passwords, jobs } = watched()
  expect(isPasswordHash(hash)).toBe(false)
  expect(await passwords.verify(hash, 'x')).toBe(false)
  expect(jobs).toMatchObject([{ hash: dummyHash, password: 'x' }])
})

describe('the same work', () => {
  test('is done for somebody unknown as for a wrong password', async () => {
    const { passwords, jobs } = watched()
    const hash = await passwords.hash('right')
    expect(await passwords.verify(hash, 'wrong')).toBe(false)
    expect(await passwords.verify(undefined, 'wrong')).toBe(false)
    const cost = (text = ''): string => text.slice(0, text.indexOf('p=1') + 3)
    expect(jobs).toHaveLength(3)
    expect(cost(jobs[2]?.hash)).toBe(cost(jobs[1]?.hash))
    expect(jobs[2]?.hash).toHaveLength(jobs[1]?.hash?.length ?? 0)
  })

  test('is done for a password that is too long, which is never right', async () => {
    const { passwords, jobs } = watched()
    const hash = await passwords.hash('')
    expect(await passwords.verify(hash, 'é'.repeat(maxPasswordBytes / 2 + 1))).toBe(false)
    expect(jobs).toHaveLength(2)
    await expect(passwords.hash('x'.repeat(maxPasswordBytes + 1))).rejects.toThrow(RangeError)
    expect(await passwords.verify(await passwords.hash('x'.repeat(maxPasswordBytes)), 'x'.repeat(1024))).toBe(true)
  })
})

test('one worker serves all, and at most 64 wait', async () => {
  const { passwords, workers } = watched()
  const hash = await passwords.hash('right')
  const answers = await Promise.allSettled(Array.from({ length: 70 }, () => passwords.verify(hash, 'right')))
  expect(answers.filter(answer => answer.status === 'fulfilled' && answer.value)).toHaveLength(64)
  const refused = answers.filter(answer => answer.status === 'rejected')
  expect(refused.map(({ reason }) => reason)).toEqual(new Array(6).fill(expect.any(TooManySignIns)))
  expect(refused[0]?.reason).toMatchObject({ retry_after: 2 })
  expect(await passwords.verify(hash, 'right')).toBe(true)
  expect(workers).toHaveLength(1)
})

test('when the worker dies those who wait are told, and the next one finds a new worker', async () => {
  const { passwords, workers } = watched()
  const hash = await passwords.hash('right')
  const waiting = Promise.allSettled([passwords.verify(hash, 'right'), passwords.verify(hash, 'right')])
  await workers[0]?.terminate()
  expect((await waiting).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(await passwords.verify(hash, 'right')).toBe(true)
  expect(workers).toHaveLength(2)
})

test('a worker that nobody needs goes, and the next password finds a new one', async () => {
  const { passwords, workers } = watched(0)
  const hash = await passwords.hash('right')
  await new Promise(resolve => workers[0]?.once('exit', resolve))
  expect(await passwords.verify(hash, 'right')).toBe(true)
  expect(workers).toHaveLength(2)
})

test('closed, it takes no more', async () => {
  const passwords = createPasswords()
  const waiting = expect(passwords.hash('x')).rejects.toThrow()
  await passwords.close()
  await waiting
  await expect(passwords.hash('x')).rejects.toThrow('closed')
  await passwords.close()
})
