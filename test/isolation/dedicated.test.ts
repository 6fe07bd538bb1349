/** A cell for one tenant: the same stacks, which pass every check, and nobody acts for another in it. ADR-036. */
import { beforeAll, describe, expect, it } from 'vitest';
import { readAssembly, type StackTemplate } from '../../lib/checks/assembly';
import { parsePlatform } from '../../lib/config/validate';
import { platformStacks, synthesize } from '../support/platform-assembly';
import { changed, options } from '../support/platforms';
import { constraintRules } from '../../lib/checks/registry';
import { broken } from './claims';
import { isolationOf } from './policies';
import { assumption, callerOf, trustProof } from './proofs';

const services = ['ingest', 'processor', 'profiles', 'delivery', 'operator'];
let stacks: readonly StackTemplate[];
beforeAll(() => {
  const tenants = { kind: 'dedicated', tenant: 'acme', because: 'A contract says so, for this test alone.' };
  const platform = parsePlatform(changed({ 'environments.prod.cells.prod-us.tenants': tenants }), options);
  stacks = readAssembly(synthesize({ platform, environment: 'prod' }));
});

describe('a dedicated cell', () => {
  it('keeps every rule: residency, recovery, erasure, permissions', () => {
    expect(constraintRules.flatMap((rule) => rule.check(stacks).map(({ message }) => `${rule.id}: ${message}`))).toEqual([]);
  });

  it('has no resource more, nor less, than a shared one: what it costs is the cell', () => {
    const idsOf = (all: readonly StackTemplate[]) =>
      all
        .filter(({ path }) => path.startsWith('prod-us/'))
        .flatMap(({ path, resources }) => resources.map(({ logicalId }) => `${path} ${logicalId}`));
    expect(idsOf(stacks)).toEqual(idsOf(platformStacks()));
  });

  it('admits sessions of its tenant, and refuses all others', async () => {
    const isolation = isolationOf(stacks, 'prod-us');
    for (const service of services) {
      expect(await broken(trustProof(isolation, service)), service).toEqual([]);
      const other = assumption(
        isolation,
        service,
        { by: callerOf(isolation, service), sessionName: 'globex', tags: { tenant: 'globex' } },
        { layer: 'trust', isAllowed: false },
      );
      expect(await broken(other.filter(({ action }) => action === 'sts:AssumeRole')), service).toEqual([]);
    }
  });

  it('changes nothing in a shared one, where both may be served', async () => {
    const isolation = isolationOf(stacks, 'prod-eu');
    for (const session of ['acme', 'globex'])
      expect(await broken(trustProof(isolation, 'processor', { session, owner: 'initech' }))).toEqual([]);
  });
});
