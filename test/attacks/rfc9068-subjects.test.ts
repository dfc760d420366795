import { describe, expect, test } from 'vitest'
import { applyPlan } from '../../src/admin/apply.ts'
import { ChangedMeanwhile } from '../../src/admin/ports.ts'
import { client, openDesk } from '../admin/harness.ts'

const asClient = (client_id: string) => ({ clients: [client({ client_id })] })
const asUser = (sub: string) => ({ users: [{ login: 'mallory', sub }] })

describe('RFC 9068 §5, RFC 9700 §4.15: the sub of a token is a user or a client, never either', () => {
  test('a client is not named like a user who is there', async () => {
    const { apply, refusal, store } = await openDesk()
    await apply({ users: [{ login: 'alice' }] })
    const { sub = '' } = (await store.accountByLogin('alice')) ?? {}
    expect(await refusal(asClient(sub))).toEqual([
      `clients[0].client_id: expected a client_id that is not the sub of a user (RFC 9068 §5); got "${sub}"`,
    ])
  })

  test('nor like one who was deleted, whose tokens an API may still remember', async () => {
    const { apply, refusal, store } = await openDesk()
    await apply({ users: [{ login: 'alice', sub: 'a-1' }] })
    await store.deleteUser('alice', 0)
    expect(await refusal(asClient('a-1'))).toEqual([expect.stringContaining('clients[0].client_id')])
  })

  test('a user gets no sub that is a client’s name', async () => {
    const { apply, refusal } = await openDesk()
    await apply(asClient('job'))
    expect(await refusal(asUser('job'))).toEqual([
      'users[0].sub: expected a sub that is not the client_id of a client (RFC 9068 §5); got "job"',
    ])
  })

  test('both in one file are refused', async () => {
    const { refusal } = await openDesk()
    expect(await refusal({ ...asClient('job'), ...asUser('job') })).toEqual([expect.stringContaining('users[0].sub')])
  })

  test('of two files applied at once, the second is not written', async () => {
    const { plan, powers, refusal, store } = await openDesk()
    const [one, two] = [await plan(asClient('job')), await plan(asUser('job'))]
    await applyPlan(one, powers)
    await expect(applyPlan(two, powers)).rejects.toThrow(ChangedMeanwhile)
    expect(await store.accountByLogin('mallory')).toBeUndefined()
    // Decided again, it says what is wrong.
    expect(await refusal(asUser('job'))).toEqual([expect.stringContaining('users[0].sub')])
  })

  test('and the other way round', async () => {
    const { plan, powers, store } = await openDesk()
    const [one, two] = [await plan(asUser('job')), await plan(asClient('job'))]
    await applyPlan(one, powers)
    await expect(applyPlan(two, powers)).rejects.toThrow(ChangedMeanwhile)
    expect(await store.client('job')).toBeUndefined()
  })
})
