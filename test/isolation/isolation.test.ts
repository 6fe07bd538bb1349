/** Isolation of tenants, proved on the synthesized policies: own data, others' data, and who may act for whom [fault 5, SEC-4]. ADR-023. */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { readAssembly, type StackTemplate } from '../../lib/checks/assembly';
import { parsePlatform } from '../../lib/config/validate';
import { platformStacks, synthesize } from '../support/platform-assembly';
import { changed, options } from '../support/platforms';
import { copiesAreMadeBy, copiesAreReadBy, policiesStay } from './boundary-proof';
import { broken, needsOf, untagged, type Need, type Tag } from './claims';
import { isolationOf, tables, type Isolation } from './policies';
import { assumption, baseProof, callerOf, foreign, identityProof, own, storeProof, streamProof, trustProof } from './proofs';

/** Production as it is once replicas are guarded, with one cell in its recovery Region. */
let later: readonly StackTemplate[] | undefined;
const laterStacks = () =>
  (later ??= readAssembly(
    synthesize({
      platform: parsePlatform(
        changed({
          'environments.prod.cells.prod-us.recovery.tableReplicas': 'guarded',
          'environments.prod.cells.prod-eu.recovery.tableReplicas': 'guarded',
          'environments.prod.cells.prod-eu.recovery.state': 'serving',
        }),
        options,
      ),
      environment: 'prod',
    }),
  ));

const services = ['ingest', 'processor', 'profiles', 'delivery', 'operator'];
const stores = [...tables, 'quarantine', 'credentials', 'database', 'copies'] as const;

/** As the database takes names: 001 and 002 of its migrations. */
const tenant = fc.stringMatching(/^[a-z][a-z0-9]{0,5}(-[a-z0-9]{1,5}){0,3}$/).filter((name) => name.length >= 2 && name.length <= 40);
/** Whatever somebody might want to be. */
const anyName = fc.oneof(
  tenant,
  fc.constantFrom(
    '',
    '*',
    '?',
    '**',
    'acm?',
    'acme*',
    '${*}',
    '${?}',
    '$',
    '${aws:PrincipalTag/tenant}',
    'acme/',
    'acme/2026',
    '../acme',
    'acme#',
    'acme#x',
    '#',
    'acme ',
    'ACME',
    'äcme',
    '\u0430cme',
    'acme\u0000',
    'e\u0301',
  ),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
);
/** Source: AWS STS API Reference, "AssumeRole", RoleSessionName, read 2026-11. */
const canNameSession = (name: Tag): boolean => name === untagged || /^[\w+=,.@-]{2,64}$/.test(name);

/** Counting for the bill, which is done at home alone and reaches nothing that a tenant has sent. */
const counting = ['CountUsage', 'EncryptUsage'];
const isCounting = (statement: unknown): boolean => counting.includes((statement as { readonly Sid?: string } | null)?.Sid ?? '');

/** A Region that serves, with nothing in it that names it: what is proved of one is proved of all that are alike. */
const alike = (isolation: Isolation): unknown => {
  const { cell, account, region } = isolation.place;
  const { place, access, base, guards, streams, boundary, arns } = isolation;
  return JSON.parse(
    JSON.stringify({ place, access, base, guards, streams, boundary, arns })
      .replaceAll(/AWSReservedSSO_\w+/g, 'PERSON')
      .replaceAll(account, 'ACCOUNT')
      .replaceAll(region, 'REGION')
      .replaceAll(`${cell.toUpperCase()}-`, 'CELL-')
      .replaceAll(new RegExp(`\\b${cell}\\b`, 'g'), 'CELL')
      .replaceAll(/role\/aws-reserved\/sso.amazonaws.com\/[\w/-]*PERSON/g, 'PERSON')
      .replaceAll(/Recovery(?!Streaming-\*)|RECOVERY/g, '')
      .replaceAll(/Credentials(Key|Replica)[0-9A-F]{8}/g, 'CredentialsKey'),
    (_, value: unknown) => (Array.isArray(value) ? value.filter((statement) => !isCounting(statement)) : value),
  ) as unknown;
};

describe.each([
  ['dev', '', platformStacks],
  ['staging', '', platformStacks],
  ['prod-us', '', platformStacks],
  ['prod-us', '', laterStacks],
  ['prod-eu', 'Recovery', laterStacks],
] as const)('policies of %s%s', (cell, prefix, stacks) => {
  it('are those of prod-eu but for names, so that its proof is theirs', () => {
    const { streams, ...rest } = alike(isolationOf(stacks(), cell, prefix)) as Isolation;
    const { streams: none, ...proved } = alike(isolationOf(platformStacks(), 'prod-eu')) as Isolation;
    expect(none).toEqual([]);
    expect(streams).toHaveLength(stacks === laterStacks ? 2 : 0);
    expect(rest).toEqual(proved);
  });
});

describe('in prod-eu', () => {
  let isolation: Isolation;
  beforeAll(() => {
    isolation = isolationOf(platformStacks(), 'prod-eu');
  });

  it('there is an access role for each service that needs one, and no other', () => {
    expect(Object.keys(isolation.access).sort()).toEqual([...services].sort());
    expect(Object.keys(needsOf(isolation)).sort()).toEqual([...services].sort());
  });

  it('access roles grant the needed actions, and none by a wildcard', () => {
    for (const service of services) {
      const granted = isolation.access[service]?.identity.Statement.flatMap(({ Action }) => Action) ?? [];
      const needed = (needsOf(isolation)[service] ?? []).map(({ action }) => action);
      expect([...new Set(granted)].sort()).toEqual([...new Set([...needed, 'kms:Decrypt'])].sort());
    }
  });

  it('a session reaches the data of its own tenant, and nothing of another or without a name, by its own policy alone', async () => {
    for (const service of services) expect(await broken(identityProof(isolation, service)), service).toEqual([]);
  });

  it.each(stores)('%s refuses the same to roles that may do everything, and lets through who must act for all', async (store) => {
    expect(await broken(storeProof(isolation, store))).toEqual([]);
  });

  it('an access role is taken for one tenant, in its name, with its tag alone, by the one caller that it has', async () => {
    for (const service of services) expect(await broken(trustProof(isolation, service)), service).toEqual([]);
  });

  it('no role changes what a store refuses, whatever its own policies say', async () => {
    expect(await broken(policiesStay(isolation))).toEqual([]);
  });

  it('no role makes a copy of a table that nothing guards, but that of AWS Backup and that of the approved restore', async () => {
    expect(await broken(copiesAreMadeBy(isolation))).toEqual([]);
  });

  it('copies of tables are read by nobody but who makes them, and by an operator for one tenant', async () => {
    expect(await broken(copiesAreReadBy(isolation))).toEqual([]);
  });

  it("the role of AWS Backup is called as the boundary's exception has it", () => {
    const roles = platformStacks()
      .filter(({ path }) => path.endsWith('/Backup'))
      .map(({ path, stackName, resources }) => {
        const selections = resources.filter(({ type }) => type === 'AWS::Backup::BackupSelection');
        return `${path}: ${stackName}-${JSON.stringify(selections.map(({ properties }) => properties['BackupSelection']))}`;
      });
    expect(roles.length).toBeGreaterThan(0);
    for (const role of roles)
      expect(role).toMatch(/^([a-z-]+)\/Backup: \1-Backup-.*"IamRoleArn":\{"Fn::GetAtt":\["Operator[0-9A-F]{8}","Arn"\]\}/);
  });

  it("pods may take their own service's access role, and no other", async () => {
    for (const service of services.filter((name) => name !== 'operator')) expect(await broken(baseProof(isolation, service))).toEqual([]);
  });
});

describe('who may be tagged', () => {
  const roles = () =>
    [...platformStacks(), ...laterStacks()].flatMap(({ path, resources }) =>
      resources
        .filter(({ type }) => type === 'AWS::IAM::Role')
        .map(({ logicalId, properties }) => ({ name: `${path} ${logicalId}`, properties })),
    );

  it('is an access role, by its trust, and otherwise what EKS tags by itself', () => {
    const taggable = roles().filter(({ properties }) => JSON.stringify(properties['AssumeRolePolicyDocument']).includes('sts:TagSession'));
    const others = taggable.filter(({ properties }) => !/-tenant-[a-z0-9-]+$/.test(String(properties['RoleName'])));
    expect(taggable.length - others.length).toBe(services.length * 7);
    for (const { name, properties } of others) {
      const { Statement } = properties['AssumeRolePolicyDocument'] as { readonly Statement: readonly { readonly Principal: unknown }[] };
      for (const { Principal } of Statement)
        expect(Principal, name).toEqual({ Service: expect.stringMatching(/^(pods|capabilities)?\.?eks\.amazonaws\.com$/) as unknown });
    }
  });

  it('is no role for good: none has a tag called tenant', () => {
    expect(roles().filter(({ properties }) => JSON.stringify(properties['Tags'] ?? []).includes('"Key":"tenant"'))).toEqual([]);
  });
});

describe('streams of tables', () => {
  it('are read by replication alone, once replicas are guarded', async () => {
    for (const isolation of [isolationOf(laterStacks(), 'prod-us'), isolationOf(laterStacks(), 'prod-eu', 'Recovery')]) {
      expect(isolation.streams).toHaveLength(2);
      for (const guard of isolation.streams) expect(await broken(streamProof(isolation, guard))).toEqual([]);
    }
  });

  it('and of replicas are in no update that makes them, which AWS would refuse, and in the next one', () => {
    const guarded = (stacks: readonly StackTemplate[]) =>
      stacks
        .filter(({ path }) => path === 'prod-us/Profiles')
        .flatMap(({ region, resources }) =>
          resources
            .filter(({ type }) => type === 'AWS::DynamoDB::GlobalTable')
            .flatMap(({ properties }) => properties['Replicas'] as readonly Readonly<Record<string, unknown>>[])
            .filter((replica) => replica['Region'] !== region)
            .map((replica) => 'ResourcePolicy' in replica && 'ReplicaStreamSpecification' in replica),
        );
    const plain = JSON.stringify(platformStacks().flatMap(({ resources }) => resources.map(({ properties }) => properties['Replicas'])));
    expect(plain).not.toContain('ReplicaStreamSpecification');
    expect(guarded(platformStacks())).toEqual([false, false]);
    expect(guarded(laterStacks())).toEqual([true, true]);
    const away = platformStacks().flatMap(({ region, resources }) =>
      resources
        .filter(({ type }) => type === 'AWS::DynamoDB::GlobalTable')
        .flatMap(({ properties }) => properties['Replicas'] as readonly Readonly<Record<string, unknown>>[])
        .filter((replica) => replica['Region'] !== region),
    );
    expect(away.filter((replica) => 'ResourcePolicy' in replica)).toEqual([]);
  });

  it('have no policy in the update that makes them, which AWS would refuse', () => {
    expect(isolationOf(platformStacks(), 'prod-us').streams).toEqual([]);
  });
});

describe('for any two tenants', () => {
  let isolation: Isolation;
  let needs: Readonly<Record<string, readonly Need[]>>;
  beforeAll(() => {
    isolation = isolationOf(platformStacks(), 'prod-eu');
    needs = needsOf(isolation);
  });
  const need = fc.constantFrom(...services).chain((service) => fc.nat(20).map((index) => ({ service, index })));
  const needAt = (service: string, index: number) => {
    const own = needs[service] ?? [];
    const found = own[index % own.length];
    if (!found) throw new Error(`${service} needs nothing`);
    return found;
  };

  it('own data is allowed', async () => {
    await fc.assert(
      fc.asyncProperty(need, tenant, async ({ service, index }, name) => {
        expect(await broken(own(isolation, service, needAt(service, index), name))).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('other data is denied, by each layer alone; or STS knows no session of that name', async () => {
    await fc.assert(
      fc.asyncProperty(need, fc.oneof(anyName, fc.constant(untagged)), tenant, async ({ service, index }, session, owner) => {
        fc.pre(session !== owner);
        if (canNameSession(session))
          expect(await broken(foreign(isolation, service, needAt(service, index), { session, owner }))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('prefixes of one another are no exception', async () => {
    const related = tenant.chain((name) => fc.stringMatching(/^-?[a-z0-9]{1,6}$/).map((rest) => [name, `${name}${rest}`] as const));
    await fc.assert(
      fc.asyncProperty(need, related, fc.boolean(), async ({ service, index }, [short, long], swap) => {
        const pair = swap ? { session: short, owner: long } : { session: long, owner: short };
        expect(await broken(foreign(isolation, service, needAt(service, index), pair))).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('a name that is no tag, or no name of a session, takes no role', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...services), anyName, tenant, async (service, tag, sessionName) => {
        fc.pre(tag !== sessionName);
        const claims = assumption(
          isolation,
          service,
          { by: callerOf(isolation, service), sessionName, tags: { tenant: tag } },
          { layer: 'trust', isAllowed: false },
        );
        expect(await broken(claims.filter(({ action }) => action === 'sts:AssumeRole'))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
