import { describe, expect, it } from 'vitest'
import { planApply } from '../../src/admin/apply.ts'
import { readApplyFile } from '../../src/admin/apply-file.ts'
import { client, openDesk, problemsOf, problemsOfClient } from './harness.ts'

const policy = {
  mode: 'enforce',
  cidrs: ['198.51.100.0/24', '2001:db8::/32'],
  text: 'the office network',
  applies_to: ['login', 'authorize', 'token', 'api'],
}
const { applies_to: _, ...short } = policy

describe('a network policy in an apply file', () => {
  it('has every use unless it says otherwise, and each network once, in one spelling', async () => {
    const { apply, store } = await openDesk()
    const cidrs = ['198.51.100.0/24', '2001:DB8::/32', '::ffff:198.51.100.0/120']
    expect(await apply({ network_policy: { ...short, cidrs } })).toEqual(['network policy of the server: created'])
    expect(await store.networkPolicy()).toEqual(policy)
  })

  it('of a client stands under grantwise', async () => {
    const { apply, store } = await openDesk()
    await apply({ clients: [client({ grantwise: { network_policy: short } })] })
    expect((await store.client('web'))?.grantwise.network_policy).toEqual(policy)
    expect(await apply({ clients: [client({ grantwise: { network_policy: { mode: 'off' } } })] })).toEqual([
      'client web: set to what the file says: grantwise.network_policy',
    ])
    await apply({ clients: [client({ grantwise: { network_policy: null } })] })
    expect((await store.client('web'))?.grantwise).not.toHaveProperty('network_policy')
  })

  it('applied twice changes nothing, and a change names what changes', async () => {
    const { apply, plan } = await openDesk()
    await apply({ network_policy: short })
    expect(await plan({ network_policy: policy })).toMatchObject({ changes: [], unchanged: 1 })
    expect(await apply({ network_policy: { ...policy, mode: 'notice' } })).toEqual([
      'network policy of the server: set to what the file says: mode',
    ])
  })

  it('stays where no file names it, and goes with null or --prune', async () => {
    const { apply, store } = await openDesk()
    await apply({ network_policy: policy })
    expect(await apply({ clients: [client()] })).toEqual(['client web: created'])
    expect(await store.networkPolicy()).toEqual(policy)
    expect(await apply({ network_policy: null })).toEqual(['network policy of the server: deleted'])
    expect(await apply({ network_policy: null })).toEqual(['nothing to apply'])
    await apply({ network_policy: policy })
    expect(await apply({ clients: [client()] }, { prune: true })).toContain('network policy of the server: deleted')
    expect(await store.networkPolicy()).toBeUndefined()
  })

  it('goes out by export and comes back the same', async () => {
    const [from, to] = [await openDesk(), await openDesk()]
    await from.apply({
      network_policy: policy,
      clients: [client({ grantwise: { network_policy: { ...policy, mode: 'notice' } } })],
    })
    const exported = await from.export()
    expect(exported).toMatchObject({ network_policy: policy })
    await to.apply(exported)
    expect(await to.export()).toEqual(exported)
    expect((await to.plan(exported)).changes).toEqual([])
  })

  it('is not overwritten by a plan that saw another', async () => {
    const { apply, plan, store, powers } = await openDesk()
    const late = await plan({ network_policy: { ...policy, mode: 'off' } })
    await apply({ network_policy: policy })
    await expect(store.applyChanges(late.changes, powers.clock.now())).rejects.toThrow('the network policy was changed')
    expect(await store.networkPolicy()).toEqual(policy)
  })

  it('is in one file of several', async () => {
    const { powers } = await openDesk()
    const files = ['a.json', 'b.json'].map(name => readApplyFile({ network_policy: policy }, name))
    await expect(planApply(files, powers)).rejects.toThrow(
      'b.json: network_policy: expected one for the server, which a.json has; got another',
    )
  })
})

describe('what is wrong with it is said with its path, what was expected and what came', () => {
  it.each([
    [
      { ...policy, cidrs: ['10.0.0.0/33'] },
      'cidrs[0]: expected an IP address or a network like 10.0.0.0/8 or 2001:db8::/32; got "10.0.0.0/33"',
    ],
    [
      { ...policy, cidrs: ['10.0.0.0/8', '::/0'] },
      'cidrs[1]: expected a network smaller than the whole internet; mode "off" lets everybody in; got "::/0"',
    ],
    [
      { ...policy, cidrs: ['10.1.2.3/8'] },
      'cidrs[0]: expected 10.0.0.0/8, or another prefix: it has bits behind its own; got "10.1.2.3/8"',
    ],
    [
      { ...policy, cidrs: [] },
      'cidrs: expected at least one network, like 10.0.0.0/8 or 2001:db8::/32, since mode is "enforce"; got an empty list',
    ],
    [{ ...policy, cidrs: '10.0.0.0/8' }, 'cidrs: expected a list of networks; got a string of 10 characters'],
    [
      { ...policy, text: undefined },
      'text: expected what people call the network, like "the office network", since mode is "enforce"; got nothing',
    ],
    [{ ...policy, text: 'two\nlines' }, 'text: expected one line of 1 to 200 characters; got "two\\nlines"'],
    [{ ...policy, mode: 'on' }, 'mode: expected one of off, notice, enforce; got "on"'],
    [{ ...policy, mode: undefined }, 'mode: expected one of off, notice, enforce; got nothing'],
    [{ ...policy, applies_to: ['logon'] }, 'applies_to[0]: expected one of login, authorize, token, api; got "logon"'],
    [
      { ...policy, applies_to: [] },
      'applies_to: expected at least one of login, authorize, token, api, since mode is "enforce"; got an empty list',
    ],
    [{ ...policy, cidr: [] }, 'cidr: expected a member that exists here (did you mean cidrs?); got an unknown one'],
  ])('%j', (broken, problem) => {
    expect(problemsOf({ network_policy: broken })).toEqual([`network_policy.${problem}`])
    expect(problemsOfClient({ grantwise: { network_policy: broken } })).toEqual([
      `clients[0].grantwise.network_policy.${problem}`,
    ])
  })

  it('no object at all', () => {
    expect(problemsOf({ network_policy: 'enforce' })).toEqual([
      'network_policy: expected an object; got a string of 7 characters',
    ])
  })
})
