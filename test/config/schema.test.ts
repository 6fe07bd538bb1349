import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { platform } from '../../lib/config/platform';
import { validatePlatform } from '../../lib/config/validate';
import { containers, fieldOf, leaves, options, propertyOf, removed, replaced, valueAt, type Path } from '../support/platforms';

const account = ['99999999999', '9999999999999', '99999999999x', ' 999999999999'];
const region = ['eu-west', 'EU-WEST-1', 'euwest1', 'eu-west-1a'];
const cidr = ['10.0.0.0', '10.0.0.0/15', '10.0.0.0/17', '10.0.1.0/16', '11.0.0.0/16', '10.256.0.0/16', '10.0.0.0/16 '];
const zone = ['us-east-1a', 'use1', 'USE1-AZ1', 'use1-az1 '];
const because = ['nineteen characters', `${' '.repeat(20)}short`, ' '.repeat(40)];
const workforceRole = [
  'DataflowReadOnly',
  'AWSReservedSSO_DataflowReadOnly',
  'AWSReservedSSO_DataflowReadOnly_0123',
  'arn:aws:iam::1:role/x',
];
const httpsUrl = [
  'http://login.example.com/',
  'login.example.com',
  'https://',
  'https://login.example.com/?a=b',
  `https://${'a'.repeat(250)}`,
  'https://192.0.2.1/keys',
  'https://login..example/',
  'https://Login.example.com/',
];
const outside = (min: number, max: number) => [min - 1, max + 1, min + 0.5, -min - 1, 1e20, NaN, Infinity, String(min)];

/** What each field must not be, besides what no field may be: one line for each, so that a new field has to say it too. */
const wrongValues: Readonly<Record<string, readonly unknown[]>> = {
  owner: ['Platform Engineering', 'ab', 'a'.repeat(32)],
  costCentre: ['4100', 'CC-41000', 'cc-4100'],
  'organization.managementAccount': account,
  'organization.region': ['us-west-2', 'eu-west-1'],
  'organization.organizationId': ['o-short', 'x-exampleorgid', 'o-Exampleorgid', `o-${'a'.repeat(33)}`],
  'organization.alertEmail': ['platform', 'platform@example', '@example.com', 'a@b@example.com', 'a b@example.com'],
  'organization.workforceIdentityRegion': region,
  'organization.workforceIdentity.instanceArn': ['ssoins-0123456789abcdef', 'arn:aws:sso:::instance/ssoins-0123'],
  'organization.workforceIdentity.viewersGroupId': ['viewers', '11111111-1111-1111-1111-11111111111'],
  'organization.workforceIdentity.operatorsGroupId': ['operators', '11111111111111111111111111111111'],
  'organization.github.repository': ['-repository', 'a/b', 'a'.repeat(101)],
  'organization.github.name': ['-org', 'org-', 'an org', 'a'.repeat(40)],
  'organization.github.id': ['1234567890123', '12a', '-1'],
  'environments.name': ['qa', 'Dev', 'prod-us'],
  'environments.holdsCustomerData': ['false', 0, 1],
  'environments.cells.name': ['Prod', 'prod_eu', 'prod--eu', '1prod', 'prod-', 'a'.repeat(17)],
  'environments.cells.account': account,
  'environments.cells.jurisdiction': ['uk', 'EU', 'us-east-1'],
  'environments.cells.home.region': region,
  'environments.cells.home.cidr': cidr,
  'environments.cells.home.availabilityZoneIds': zone,
  'environments.cells.home.egress.kind': ['zonal', 'Regional'],
  'environments.cells.home.egress.because': because,
  'environments.cells.home.egress.addressesPerZone': outside(1, 8),
  'environments.cells.home.interfaceEndpoints': ['s3', 'SQS'],
  'environments.cells.recovery.kind': ['hot', 'None'],
  'environments.cells.recovery.because': because,
  'environments.cells.recovery.region': region,
  'environments.cells.recovery.cidr': cidr,
  'environments.cells.recovery.availabilityZoneIds': zone,
  'environments.cells.recovery.reservedAddressesPerZone': outside(0, 8),
  'environments.cells.recovery.state': ['standby', 'Serving', true],
  'environments.cells.api.domainName': [
    'example.com',
    'API.example.com',
    'api.example.com.',
    '-api.example.com',
    `${'a'.repeat(60)}.example.com`,
  ],
  'environments.cells.api.hostedZoneId': ['0123', 'z0123', `Z${'0'.repeat(32)}`, '/hostedzone/Z0123'],
  'environments.cells.api.identityProvider.issuer': httpsUrl,
  'environments.cells.api.identityProvider.jwksEndpoint': httpsUrl,
  'environments.cells.api.identityProvider.audiences': ['api', 'with a space', 'with,comma', 'a'.repeat(257)],
  'environments.cells.tenants.kind': ['single', 'Shared'],
  'environments.cells.tenants.planned.standard': outside(0, 1_000),
  'environments.cells.tenants.planned.growth': outside(0, 1_000),
  'environments.cells.tenants.planned.enterprise': outside(0, 1_000),
  'environments.cells.recovery.tableReplicas': ['old', 'Guarded', true],
  'environments.cells.workload.eventsPerDay': outside(1_000, 10_000_000_000),
  'environments.cells.workload.eventBytes': outside(64, 10_485_760),
  'environments.cells.workload.deliveriesPerEvent': outside(0, 50),
  'environments.cells.workload.eventsPerRequest': outside(1, 500),
  'environments.cells.workload.profileReadsPerDay': outside(0, 10_000_000_000),
  'environments.cells.workload.persons': outside(1, 100_000_000_000),
  'environments.cells.workload.profileBytes': outside(64, 409_600),
  'environments.cells.retention.logDays': outside(90, 3653),
  'environments.cells.retention.auditDays': outside(90, 3653),
  'environments.cells.retention.auditLockDays': outside(90, 3653),
  'environments.cells.retention.auditLockMode': ['NONE', 'compliance'],
  'environments.cells.retention.rawEventDays': outside(7, 12),
  'environments.cells.retention.restoreDays': outside(7, 25),
  'environments.cells.database.minimumUnits': [-0.5, 0.7, 256.5, Number.NaN],
  'environments.cells.database.maximumUnits': [0.5, 1.2, 256.5, Infinity],
  'environments.cells.cluster.kubernetesVersion': ['1.30', 'v1.36', 1.36],
  'environments.cells.cluster.maximumVcpus': outside(4, 2_000),
  'environments.cells.cluster.readOnlyRole': workforceRole,
  'environments.cells.cluster.elevatedRole': workforceRole,
  ...Object.fromEntries(
    ['ingest', 'processor', 'delivery', 'profiles'].flatMap((name) => {
      const of = (field: string) => `environments.cells.cluster.services.${name}.${field}`;
      return [
        [of('imageDigest'), ['latest', 'sha256:0', `sha256:${'A'.repeat(64)}`, `sha512:${'0'.repeat(64)}`]],
        [of('minimumPods'), outside(1, 100)],
        [of('maximumPods'), outside(1, 500)],
        [of('cpuMillicores'), outside(50, 16_000)],
        [of('memoryMib'), outside(64, 65_536)],
      ] as const;
    }),
  ),
  'environments.cells.delivery.destinations.domain': [
    'API.example.com',
    'https://api.example.com',
    'localhost',
    '*',
    '*.com.',
    'a..example',
    '*example.com',
    `${'a'.repeat(64)}.example`,
  ],
  'environments.cells.delivery.destinations.destinationClass': ['Webhook', 'email'],
  'environments.cells.delivery.destinations.data.kind': ['Stays', 'consented'],
  'environments.cells.delivery.destinations.data.jurisdiction': ['uk', 'EU'],
  'environments.cells.delivery.destinations.data.to': ['1', 'U', 'a'.repeat(62)],
  'environments.cells.delivery.destinations.data.consent': because,
  'environments.cells.delivery.unlistedDomains.kind': ['Block', 'allow'],
  'environments.cells.delivery.unlistedDomains.because': because,
  'environments.cells.warehouse.kind': ['redshift', 'Snowflake'],
  'environments.cells.warehouse.because': because,
  'environments.cells.warehouse.accountUrl': [
    'https://ab12345.eu-west-1.privatelink.snowflakecomputing.com',
    'ab12345.eu-west-1.snowflakecomputing.com',
    'org-account.privatelink.snowflakecomputing.com',
    'ab12345.eu-west-1.privatelink.snowflakecomputing.com.example.com',
  ],
  'environments.cells.warehouse.privateLinkService': [
    'vpce-svc-0123456789abcdef0',
    'com.amazonaws.vpce.eu-west-1.vpce-svc-0123',
    'com.amazonaws.vpce.vpce-svc-0123456789abcdef0',
  ],
  ...Object.fromEntries(
    ['database', 'schema', 'table', 'role'].map((name) => [
      `environments.cells.warehouse.${name}`,
      ['events', '1EVENTS', 'EVENTS; DROP TABLE X', '"Events"', 'A'.repeat(256)],
    ]),
  ),
  'environments.cells.queryScanGib': outside(1, 10_240),
  'environments.cells.monthlyBudgetUsd': outside(1, 75_000),
  'environments.cells.alertEmail': ['platform', 'platform@example', '@example.com', 'a@b@example.com', 'a b@example.com'],
};

/** No field may be absent, empty, or of a type that none has; and the value of another type is no value. */
const wrongAnywhere: readonly unknown[] = [removed, undefined, null, '', {}, [], 7n, () => 'a function'];
const otherType = (value: unknown): unknown => (typeof value === 'string' ? 42 : String(value));

const wrongFor = (path: Path): readonly unknown[] => [...wrongAnywhere, otherType(valueAt(path)), ...(wrongValues[fieldOf(path)] ?? [])];

const propertiesOf = (input: unknown): readonly string[] => validatePlatform(input, options).map(({ property }) => property);

describe('every field', () => {
  it('has wrong values in this test, and no line here is about a field that is gone', () => {
    expect(Object.keys(wrongValues).sort()).toEqual([...new Set(leaves.map(fieldOf))].sort());
  });

  it.each(leaves.map((path) => ({ path, property: propertyOf(path) })))(
    'rejects $property, and nothing else, if it is wrong',
    ({ path }) => {
      for (const value of wrongFor(path)) {
        const input = replaced(path, value);
        const named = new Set(propertiesOf(input));
        const expected = propertyOf(path, input);
        expect(named, `received ${String(value)}`).toContain(expected);
        // Unless it says otherwise an environment holds customers' data, so its cells break further rules.
        if (fieldOf(path) !== 'environments.holdsCustomerData') expect([...named], `received ${String(value)}`).toEqual([expected]);
      }
    },
  );

  it('takes the first and the last figure of its range', () => {
    const bounds = [
      ['environments.cells.workload.eventsPerDay', 1_000, 10_000_000_000],
      ['environments.cells.workload.eventBytes', 64, 10_485_760],
      ['environments.cells.workload.deliveriesPerEvent', 0, 50],
      ['environments.cells.workload.eventsPerRequest', 1, 500],
      ['environments.cells.workload.profileReadsPerDay', 0, 10_000_000_000],
      ['environments.cells.workload.persons', 1, 100_000_000_000],
      ['environments.cells.workload.profileBytes', 64, 409_600],
      ['environments.cells.retention.logDays', 90, 3653],
      ['environments.cells.retention.auditDays', 90, 3653],
      ['environments.cells.monthlyBudgetUsd', 1, 38_500],
      ['environments.cells.home.egress.addressesPerZone', 1, 8],
      ['environments.cells.recovery.reservedAddressesPerZone', 0, 8],
      ['environments.cells.retention.rawEventDays', 7, 12],
      ['environments.cells.retention.restoreDays', 7, 25],
      ['environments.cells.database.minimumUnits', 0.5, 4],
      ['environments.cells.database.maximumUnits', 1, 256],
      ['environments.cells.queryScanGib', 1, 10_240],
    ] as const;
    // In staging, since figures of customers' data are bounded by further rules.
    const staging = leaves.filter((path) => propertyOf(path).includes('.staging.'));
    for (const [field, ...values] of bounds) {
      const path = staging.find((candidate) => fieldOf(candidate) === field) ?? [];
      for (const value of values) expect(propertiesOf(replaced(path, value)), `${field} ${value}`).toEqual([]);
    }
  });
});

describe('every object and every list', () => {
  const cases = containers.map((path) => [propertyOf(path), path] as const);
  const isList = (path: Path) => Array.isArray(valueAt(path));

  it.each(cases)('rejects another value for %s', (_, path) => {
    for (const value of [undefined, null, 'text', 7, true, isList(path) ? {} : [], ...(path.length > 0 ? [removed] : [])]) {
      const input = replaced(path, value);
      expect(propertiesOf(input), `received ${String(value)}`).toContain(propertyOf(path, input));
    }
  });

  it.each(cases.filter(([, path]) => isList(path) && fieldOf(path) !== 'environments.cells.home.interfaceEndpoints'))(
    'rejects an empty list for %s',
    (property, path) => {
      expect(propertiesOf(replaced(path, []))).toEqual([property]);
    },
  );

  it('rejects an interface endpoint twice, which would be two constructs of one name', () => {
    const lists = containers.filter((path) => fieldOf(path) === 'environments.cells.home.interfaceEndpoints');
    for (const path of lists) expect(propertiesOf(replaced(path, ['sqs', 'kinesis-streams', 'sqs']))).toEqual([propertyOf(path)]);
  });

  it.each(cases.filter(([, path]) => !isList(path)))('rejects an unknown key in %s', (_, path) => {
    for (const key of ['unknown', 'Name', 'constructor', 'toString', '__proto__', 'a.b']) {
      for (const value of ['a value', undefined, null, {}]) {
        const input = replaced([...path, key], value);
        expect(propertiesOf(input), key).toEqual([propertyOf([...path, key], input)]);
      }
    }
  });

  it('rejects any unknown key', () => {
    const objects = containers.filter((path) => !isList(path));
    fc.assert(
      fc.property(fc.constantFrom(...objects), fc.string({ minLength: 1 }), (path, key) => {
        fc.pre(!Object.hasOwn(Object(valueAt(path)) as object, key));
        expect(propertiesOf(replaced([...path, key], 1))).toEqual([propertyOf([...path, key])]);
      }),
      { numRuns: 300 },
    );
  });
});

describe('several faults', () => {
  const faults = leaves.flatMap((path) => wrongFor(path).map((value) => ({ path, value })));

  it('rejects all of them at once', () => {
    const someFaults = fc.uniqueArray(fc.constantFrom(...faults), {
      minLength: 2,
      maxLength: 12,
      selector: ({ path }) => propertyOf(path),
    });
    fc.assert(
      fc.property(someFaults, (chosen) => {
        const input = chosen.reduce<unknown>((before, { path, value }) => replaced(path, value, before), platform);
        const expected = expectedOf(
          chosen.map(({ path }) => path),
          input,
        );
        const named = new Set(propertiesOf(input));
        expect(expected.filter((property) => !named.has(property))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('rejects every field of the platform at once', () => {
    const input = leaves.reduce<unknown>((before, path) => replaced(path, null, before), platform);
    expect([...new Set(propertiesOf(input))].sort()).toEqual([...expectedOf(leaves, input)].sort());
  });
});

/** Which fields an object has depends on its `kind`: while that is wrong, nothing can be said about them. */
function expectedOf(paths: readonly Path[], input: unknown): readonly string[] {
  const kinds = paths.filter((path) => path.at(-1) === 'kind');
  const isJudged = (path: Path) =>
    path.at(-1) === 'kind' || !kinds.some((kind) => kind.slice(0, -1).every((key, index) => path[index] === key));
  return paths.filter(isJudged).map((path) => propertyOf(path, input));
}
