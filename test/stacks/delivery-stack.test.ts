/** Queues of deliveries: their settings, and who gets at them even with a role that may do everything [SEC-4, SLO-2]. */
import { runSimulation } from '@cloud-copilot/iam-simulate';
import { describe, expect, it } from 'vitest';
import type { ResourceDefinition } from '../../lib/checks/assembly';
import { IN_FLIGHT_QUOTA, LONGEST_DELAY_SECONDS } from '../../lib/constructs/delivery-schedule';
import { platformStacks } from '../support/platform-assembly';
import { serving, stacksOf } from '../support/recovery-states';

const classes = ['streaming', 'batch', 'webhook'] as const;
const roles = ['', '-retry', '-dead'] as const;

interface Document {
  readonly Statement: readonly Readonly<Record<string, unknown>>[];
}

interface Place {
  readonly path: string;
  readonly cell: string;
  readonly account: string;
  readonly region: string;
  readonly resources: readonly ResourceDefinition[];
}

const placeOf = (path: string): Place => {
  const stack = [...platformStacks(), ...stacksOf(serving)].find((candidate) => candidate.path === path);
  if (!stack) throw new RangeError(`path: received '${path}'; allowed: a stack of the platform`);
  return { path, cell: path.split('/')[0] ?? '', account: stack.account, region: stack.region, resources: stack.resources };
};

const arnOf = ({ region, account, cell }: Place, of: string, role: string) =>
  `arn:aws:sqs:${region}:${account}:${cell}-delivery-${of}${role}`;
const operatorArn = ({ account, cell, region }: Place) => `arn:aws:iam::${account}:role/${cell}-delivery-operator-${region}`;

/** With references replaced by the ARN that they lead to. */
function resolve(place: Place, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => resolve(place, item));
  if (typeof value !== 'object' || value === null) return value;
  const { 'Fn::GetAtt': attribute } = value as { readonly 'Fn::GetAtt'?: readonly [string] };
  if (!attribute) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(place, item)]));
  const resource = place.resources.find(({ logicalId }) => logicalId === attribute[0]);
  if (resource?.type === 'AWS::SQS::Queue')
    return `arn:aws:sqs:${place.region}:${place.account}:${String(resource.properties['QueueName'])}`;
  if (resource?.type === 'AWS::IAM::Role') return operatorArn(place);
  if (resource?.type === 'AWS::KMS::Key') return `arn:aws:kms:${place.region}:${place.account}:key/delivery`;
  throw new RangeError(`reference: received ${attribute[0]}; allowed: a queue, a key or the role of the operator`);
}

const queueOf = (place: Place, of: string, role: string): ResourceDefinition => {
  const queue = place.resources.find(
    ({ type, properties }) => type === 'AWS::SQS::Queue' && properties['QueueName'] === `${place.cell}-delivery-${of}${role}`,
  );
  if (!queue) throw new RangeError(`${place.path} has no queue of ${of}${role}`);
  return queue;
};

function policyOf(place: Place, queue: ResourceDefinition): Document {
  const policies = place.resources.filter(
    ({ type, properties }) => type === 'AWS::SQS::QueuePolicy' && JSON.stringify(properties['Queues']).includes(`"${queue.logicalId}"`),
  );
  return {
    Statement: policies.flatMap(({ properties }) => (resolve(place, properties['PolicyDocument']) as Document).Statement),
  };
}

const everything = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };

interface Caller {
  readonly principal: string;
  readonly tags?: Readonly<Record<string, string>>;
}

/** Whether the queue's own policy lets somebody in whose role may do everything. */
async function letsIn(
  place: Place,
  resource: string,
  policy: Document,
  { principal, tags = {} }: Caller,
  action: string,
): Promise<boolean> {
  const response = await runSimulation(
    {
      request: {
        principal,
        action: `sqs:${action}`,
        resource: { resource, accountId: place.account },
        contextVariables: {
          'aws:SecureTransport': 'true',
          'aws:PrincipalArn': principal,
          ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value])),
        },
      },
      identityPolicies: [{ name: 'everything', policy: everything }],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      resourcePolicy: { Version: '2012-10-17', ...policy },
    },
    {},
  );
  if (response.resultType === 'error') throw new Error(response.errors.message);
  return response.overallResult === 'Allowed';
}

const callersOf = (place: Place): Readonly<Record<string, Caller>> => {
  const role = (name: string) => `arn:aws:iam::${place.account}:role/${name}`;
  const cluster = (name: string) => `arn:aws:eks:${place.region}:${place.account}:cluster/${name}`;
  const pod = (namespace: string, of = place.cell): Caller => ({
    principal: role('any'),
    tags: { 'kubernetes-namespace': namespace, 'eks-cluster-arn': cluster(of) },
  });
  return {
    processor: pod('processor'),
    delivery: pod('delivery'),
    ingest: pod('ingest'),
    'delivery of another cluster': pod('delivery', 'another'),
    'processor of another cluster': pod('processor', 'another'),
    operator: { principal: operatorArn(place) },
    'a role without tags': { principal: role('any') },
    'delivery, by the namespace alone': { principal: role('any'), tags: { 'kubernetes-namespace': 'delivery' } },
    'a role called like the operator': { principal: role(`${place.cell}-delivery-operator-${place.region}-2`) },
  };
};

/** By role of the queue and action, who gets in. */
const admitted: Readonly<Record<(typeof roles)[number], Readonly<Record<string, readonly string[]>>>> = {
  '': {
    SendMessage: ['processor'],
    ReceiveMessage: ['delivery'],
    DeleteMessage: ['delivery'],
    ChangeMessageVisibility: ['delivery'],
    PurgeQueue: [],
  },
  '-retry': {
    SendMessage: ['delivery', 'operator'],
    ReceiveMessage: ['delivery'],
    DeleteMessage: ['delivery'],
    ChangeMessageVisibility: ['delivery'],
    PurgeQueue: [],
  },
  '-dead': { SendMessage: ['delivery'], ReceiveMessage: ['operator'], DeleteMessage: ['operator'], PurgeQueue: [] },
};

const places = ['dev/Delivery', 'prod-us/Delivery', 'prod-eu/Delivery', 'prod-eu/RecoveryDelivery'];

describe.each(places)('the queues of %s', (path) => {
  const place = placeOf(path);

  it('are three for each class of destination, and no other', () => {
    const names = place.resources.filter(({ type }) => type === 'AWS::SQS::Queue').map(({ properties }) => properties['QueueName']);
    expect(names.sort()).toEqual(classes.flatMap((of) => roles.map((role) => `${place.cell}-delivery-${of}${role}`)).sort());
  });

  it('are standard queues under the key of the stack, and keep what they are to keep', () => {
    for (const of of classes) {
      for (const [role, days] of [['', 3] as const, ['-retry', 3] as const, ['-dead', 5] as const]) {
        const { properties, deletionPolicy } = queueOf(place, of, role);
        expect(properties).toMatchObject({ MessageRetentionPeriod: days * 86_400, MaximumMessageSize: 1_048_576, VisibilityTimeout: 60 });
        expect(properties['KmsMasterKeyId']).toEqual({ 'Fn::GetAtt': ['Key961B73FD', 'Arn'] });
        expect(properties['FifoQueue']).toBeUndefined();
        expect(deletionPolicy).toBe('Retain');
      }
    }
  });

  it('give up on what crashes five pods, into the dead letters of their class, which take from no other queue', () => {
    for (const of of classes) {
      for (const role of ['', '-retry']) {
        expect(resolve(place, queueOf(place, of, role).properties['RedrivePolicy'])).toEqual({
          deadLetterTargetArn: arnOf(place, of, '-dead'),
          maxReceiveCount: 5,
        });
      }
      const dead = queueOf(place, of, '-dead').properties;
      expect(dead['RedrivePolicy']).toBeUndefined();
      expect(dead['RedriveAllowPolicy']).toEqual({
        redrivePermission: 'byQueue',
        sourceQueueArns: [arnOf(place, of, ''), arnOf(place, of, '-retry')],
      });
    }
  });

  it('let in whom they are for, and nobody else, whatever their roles allow', async () => {
    const callers = Object.entries(callersOf(place));
    for (const of of classes) {
      for (const role of roles) {
        const policy = policyOf(place, queueOf(place, of, role));
        for (const [action, expected] of Object.entries(admitted[role])) {
          const found: string[] = [];
          for (const [name, caller] of callers) {
            if (await letsIn(place, arnOf(place, of, role), policy, caller, action)) found.push(name);
          }
          expect(found, `${action} on ${of}${role}`).toEqual(expected);
        }
      }
    }
  }, 60_000);

  it('rejects the same callers only by these statements: without each of them somebody comes in', async () => {
    const callers = Object.entries(callersOf(place));
    for (const role of roles) {
      const policy = policyOf(place, queueOf(place, 'webhook', role));
      const sids = policy.Statement.map(({ Sid }) => Sid).filter((sid): sid is string => typeof sid === 'string');
      for (const sid of sids) {
        const without = { Statement: policy.Statement.filter(({ Sid }) => Sid !== sid) };
        let more = 0;
        for (const [action, expected] of Object.entries(admitted[role])) {
          for (const [name, caller] of callers) {
            if (!expected.includes(name) && (await letsIn(place, arnOf(place, 'webhook', role), without, caller, action))) more += 1;
          }
        }
        expect(more, `${role} without ${sid}`).toBeGreaterThan(0);
      }
    }
  }, 60_000);

  it('refuse everybody without TLS [SEC-2]', () => {
    for (const of of classes) {
      for (const role of roles) {
        expect(policyOf(place, queueOf(place, of, role)).Statement).toContainEqual({
          Effect: 'Deny',
          Principal: { AWS: '*' },
          Action: 'sqs:*',
          Resource: arnOf(place, of, role),
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        });
      }
    }
  });
});

describe('the alarms of prod-eu/Delivery', () => {
  const alarms = placeOf('prod-eu/Delivery').resources.filter(({ type }) => type === 'AWS::CloudWatch::Alarm');
  const of = (id: string) => {
    const alarm = alarms.find(({ logicalId }) => logicalId.startsWith(`Alarms${id}`) && !logicalId.startsWith(`Alarms${id}s`));
    if (!alarm) throw new RangeError(`id: received ${id}; allowed: ${alarms.map(({ logicalId }) => logicalId).join(', ')}`);
    return alarm.properties;
  };

  it.each(classes)('tell of %s, by the queue that they are about', (name) => {
    const byQueue = alarms.filter(({ logicalId }) => logicalId.startsWith(`Alarms${name}`));
    expect(byQueue).toHaveLength(6);
    for (const { properties } of byQueue) {
      expect(properties['Namespace']).toBe('AWS/SQS');
      expect(JSON.stringify(properties['Dimensions'])).toMatch(/"Name":"QueueName"/);
      expect(properties['TreatMissingData']).toBe('notBreaching');
    }
    expect(of(`${name}QuietLate`)).toMatchObject({ MetricName: 'ApproximateAgeOfOldestMessageInQuietGroups', Threshold: 60 });
    expect(of(`${name}Dead`)).toMatchObject({ MetricName: 'ApproximateNumberOfMessagesVisible', Threshold: 0 });
  });

  it('do not fire on a wait that was meant, and long before the quota', () => {
    expect(Number(of('webhookRetriesLate')['Threshold'])).toBeGreaterThan(2 * LONGEST_DELAY_SECONDS);
    expect(Number(of('webhookInFlight')['Threshold'])).toBeLessThanOrEqual(IN_FLIGHT_QUOTA / 2);
  });
});

describe('the operator of prod-eu', () => {
  const place = placeOf('prod-eu/Delivery');
  const role = place.resources.find(({ type }) => type === 'AWS::IAM::Role');
  const policy = place.resources.find(({ type }) => type === 'AWS::IAM::Policy');
  const document = resolve(place, policy?.properties['PolicyDocument']) as Document;

  const mayDo = async (action: string, resource: string) => {
    const response = await runSimulation(
      {
        request: {
          principal: operatorArn(place),
          action,
          resource: { resource, accountId: place.account },
          contextVariables: {},
        },
        identityPolicies: [{ name: 'own', policy: { Version: '2012-10-17', ...document } }],
        serviceControlPolicies: [],
        resourceControlPolicies: [],
      },
      {},
    );
    if (response.resultType === 'error') throw new Error(response.errors.message);
    return response.overallResult === 'Allowed';
  };

  it('is taken by engineers of the elevated group alone', () => {
    expect(JSON.stringify(role?.properties['AssumeRolePolicyDocument'])).toContain(
      `"Condition":{"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::${place.account}:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_DataflowElevated_4444444444444444"}}`,
    );
  });

  it("rejects everything but deliveries and their key: a tenant's are stopped by that tenant's operator (test/isolation)", () => {
    const actions = document.Statement.flatMap(({ Action }) => Action as string | string[]);
    expect(actions.filter((action) => !action.startsWith('sqs:')).sort()).toEqual(['kms:Decrypt', 'kms:GenerateDataKey']);
    const keys = document.Statement.filter(({ Action }) => JSON.stringify(Action).includes('kms:')).map(({ Resource }) => Resource);
    expect(keys).toEqual([`arn:aws:kms:eu-west-1:${place.account}:key/delivery`]);
  });

  it('sends dead letters back to be tried again, and nothing anywhere else', async () => {
    for (const of of classes) {
      for (const action of ['StartMessageMoveTask', 'CancelMessageMoveTask', 'ListMessageMoveTasks', 'ReceiveMessage', 'DeleteMessage']) {
        expect(await mayDo(`sqs:${action}`, arnOf(place, of, '-dead'))).toBe(true);
        expect(await mayDo(`sqs:${action}`, arnOf(place, of, '-retry'))).toBe(false);
        expect(await mayDo(`sqs:${action}`, arnOf(place, of, ''))).toBe(false);
      }
      expect(await mayDo('sqs:SendMessage', arnOf(place, of, '-retry'))).toBe(true);
      expect(await mayDo('sqs:SendMessage', arnOf(place, of, ''))).toBe(false);
      expect(await mayDo('sqs:PurgeQueue', arnOf(place, of, '-dead'))).toBe(false);
    }
  });
});
