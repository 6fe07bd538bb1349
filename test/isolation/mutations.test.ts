/**
 * A proof is worth what would break it: each condition of each policy is taken away, one at a time, and the proof of that layer has to fail. So is each
 * denial, and each place where a resource names the tenant.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { readAssembly } from '../../lib/checks/assembly';
import { parsePlatform } from '../../lib/config/validate';
import type { Policy, Statement } from '../bootstrap/execution-policy';
import { synthesize } from '../support/platform-assembly';
import { changed, options } from '../support/platforms';
import { copiesAreMadeBy, copiesAreReadBy, policiesStay } from './boundary-proof';
import { broken, type Claim } from './claims';
import { isolationOf, tables, type Isolation } from './policies';
import { identityProof, storeProof, streamProof, trustProof } from './proofs';

export interface Mutant {
  readonly what: string;
  readonly policy: Policy;
}

const NAMES_TENANT = '${aws:PrincipalTag/tenant}';

const withoutKey = <T extends object>(value: T, key: string): T =>
  Object.fromEntries(Object.entries(value).filter(([name]) => name !== key)) as T;

function withoutCondition(statement: Statement, operator: string, key: string): Statement {
  const { Condition: { [operator]: keys = {}, ...others } = {}, ...rest } = statement;
  const left = withoutKey(keys, key);
  const Condition = { ...others, ...(Object.keys(left).length > 0 ? { [operator]: left } : {}) };
  return Object.keys(Condition).length > 0 ? { ...rest, Condition } : rest;
}

/** The policy with one thing less, in each way that there is. Only of our own statements: `isOurs`. */
export function mutantsOf(policy: Policy, isOurs: (statement: Statement) => boolean = () => true): Mutant[] {
  const replaced = (index: number, ...by: readonly Statement[]): Policy => ({
    ...policy,
    Statement: policy.Statement.flatMap((statement, at) => (at === index ? by : [statement])),
  });
  return policy.Statement.flatMap((statement, index) => {
    if (!isOurs(statement)) return [];
    const name = statement.Sid ?? String(statement.Action);
    const conditions = Object.entries(statement.Condition ?? {}).flatMap(([operator, keys]) =>
      Object.keys(keys).map((key) => ({ operator, key })),
    );
    return [
      ...conditions.map(({ operator, key }) => ({
        what: `${name} without ${operator} ${key}`,
        policy: replaced(index, withoutCondition(statement, operator, key)),
      })),
      ...(statement.Effect === 'Deny' ? [{ what: `no ${name}`, policy: replaced(index) }] : []),
      ...(['Resource', 'NotResource'] as const).flatMap((element) => {
        const value = JSON.stringify(statement[element] ?? '');
        return value.includes(NAMES_TENANT)
          ? [
              {
                what: `${name} with any tenant in ${element}`,
                policy: replaced(index, { ...statement, [element]: JSON.parse(value.replaceAll(NAMES_TENANT, '*')) as string }),
              },
            ]
          : [];
      }),
    ];
  });
}

const services = ['ingest', 'processor', 'profiles', 'delivery', 'operator'];
const stores = [...tables, 'quarantine', 'credentials'] as const;
const ours = [
  'AccessRolesAlone',
  'OwnItemsAlone',
  'OwnObjectsAlone',
  'OwnListingAlone',
  'OwnContextAlone',
  'KeyRequired',
  'TagRequired',
  'NobodyReadsAll',
];

let isolation: Isolation;
beforeAll(() => {
  const platform = parsePlatform(changed({ 'environments.prod.cells.prod-us.recovery.tableReplicas': 'guarded' }), options);
  isolation = isolationOf(readAssembly(synthesize({ platform, environment: 'prod' })), 'prod-us');
});

/** Which of the mutants no claim notices. */
async function survivors(mutants: readonly Mutant[], claimsOf: (policy: Policy) => readonly Claim[]): Promise<readonly string[]> {
  expect(mutants.length).toBeGreaterThan(0);
  const found: string[] = [];
  for (const { what, policy } of mutants) if ((await broken(claimsOf(policy), true)).length === 0) found.push(what);
  return found;
}

const withAccess = (service: string, change: Partial<Isolation['access'][string]>): Isolation => {
  const role = isolation.access[service];
  if (!role) throw new RangeError(`service: received '${service}'; allowed: ${services.join(', ')}`);
  return { ...isolation, access: { ...isolation.access, [service]: { ...role, ...change } } };
};

describe('taking one condition away is noticed', () => {
  it.each(services)('in what the role of %s may do', async (service) => {
    const mutants = mutantsOf(isolation.access[service]?.identity ?? { Version: '2012-10-17', Statement: [] });
    expect(await survivors(mutants, (identity) => identityProof(withAccess(service, { identity }), service))).toEqual([]);
  });

  it.each(services)('in who may take the role of %s', async (service) => {
    const mutants = mutantsOf(isolation.access[service]?.trust ?? { Version: '2012-10-17', Statement: [] });
    expect(mutants).toHaveLength(service === 'operator' ? 4 : 2);
    expect(await survivors(mutants, (trust) => trustProof(withAccess(service, { trust }), service))).toEqual([]);
  });

  it.each(stores)('in what %s refuses', async (store) => {
    const mutants = mutantsOf(isolation.guards[store], ({ Sid }) => ours.includes(Sid));
    const proof = (guard: Policy) => storeProof({ ...isolation, guards: { ...isolation.guards, [store]: guard } }, store);
    expect(await survivors(mutants, proof)).toEqual([]);
  });

  it('in what streams refuse', async () => {
    const [guard] = isolation.streams;
    if (!guard) throw new Error('There is no guarded stream');
    expect(await survivors(mutantsOf(guard), (mutant) => streamProof(isolation, mutant))).toEqual([]);
  });

  it('in what the boundary leaves of the database', async () => {
    const mutants = mutantsOf(isolation.boundary, ({ Action }) => Action === 'rds-db:connect');
    expect(await survivors(mutants, (boundary) => storeProof({ ...isolation, boundary }, 'database'))).toEqual([]);
  });
});

/** Of denials of our own, each action of a list, and each exception, by itself. */
function finely({ Statement }: Policy, sids: readonly string[]): Mutant[] {
  const listed = (value: string | readonly string[] | undefined): readonly string[] =>
    typeof value === 'string' ? [value] : (value ?? []);
  return sids.flatMap((sid) => {
    const statement = Statement.find(({ Sid }) => Sid === sid);
    if (!statement) throw new RangeError(`sid: received '${sid}'; allowed: ${Statement.map(({ Sid }) => Sid).join(', ')}`);
    const by = (what: string, change: Partial<Statement>): Mutant => ({
      what: `${sid} without ${what}`,
      policy: { Version: '2012-10-17', Statement: Statement.map((one) => (one === statement ? { ...one, ...change } : one)) },
    });
    const shorter = (list: readonly string[]) => list.map((left) => ({ left, rest: list.filter((item) => item !== left) }));
    const excepted = listed(statement.Condition?.['ArnNotLike']?.['aws:PrincipalArn']);
    return [
      ...shorter(listed(statement.Action)).map(({ left, rest }) => by(left, { Action: rest })),
      ...(listed(statement.Resource).length > 1 ? shorter(listed(statement.Resource)) : []).map(({ left, rest }) =>
        by(left, { Resource: rest }),
      ),
      ...shorter(excepted).map(({ left, rest }) =>
        by(`the exception of ${left}`, { Condition: { ...statement.Condition, ArnNotLike: { 'aws:PrincipalArn': rest } } }),
      ),
    ];
  });
}

describe('taking away one action, one exception or one denial of the boundary is noticed', () => {
  const ofBoundary = async (sids: readonly string[], claimsOf: (changed: Isolation) => readonly Claim[]) =>
    survivors([...mutantsOf(isolation.boundary, ({ Sid }) => sids.includes(Sid)), ...finely(isolation.boundary, sids)], (boundary) =>
      claimsOf({ ...isolation, boundary }),
    );

  it('in what it leaves of policies of stores', async () => {
    expect(await ofBoundary(['NoPoliciesOfStores'], policiesStay)).toEqual([]);
  });

  it('in what it leaves of restores', async () => {
    expect(await ofBoundary(['NoOtherRestores'], copiesAreMadeBy)).toEqual([]);
  });

  it('in what it leaves of copies', async () => {
    const sids = ['NobodyReadsCopies', 'CopiesAsOwnTenantAlone', 'CopiesByTagAlone', 'CopiesByKeyAlone', 'CopiesAreCalledSo'];
    const claims = (changed: Isolation) => [...copiesAreReadBy(changed), ...storeProof(changed, 'copies')];
    expect(await ofBoundary(sids, claims)).toEqual([]);
  });
});

describe('the mutation', () => {
  const policy: Policy = {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'One',
        Effect: 'Allow',
        Action: 's3:GetObject',
        Resource: `arn:aws:s3:::b/${NAMES_TENANT}/*`,
        Condition: { Bool: { a: '1' }, Null: { b: '1', c: '1' } },
      },
      { Sid: 'Two', Effect: 'Deny', Action: 's3:*', Resource: '*' },
    ],
  };

  it('takes each condition once, each denial, and the tenant out of each resource', () => {
    expect(mutantsOf(policy).map(({ what }) => what)).toEqual([
      'One without Bool a',
      'One without Null b',
      'One without Null c',
      'One with any tenant in Resource',
      'no Two',
    ]);
    expect(mutantsOf(policy)[0]?.policy.Statement[0]?.Condition).toEqual({ Null: { b: '1', c: '1' } });
  });

  it('survives where nothing is claimed', async () => {
    expect(await survivors(mutantsOf(policy), () => [])).toHaveLength(5);
  });
});
