import type { ResourceDefinition, StackTemplate } from '../assembly';
import { listAt, propertyAt, type Finding, type Rule } from '../rule';
import { statefulTypes } from '../stateful-types';

export interface AuditLimits {
  /** Days for which no record can be changed or deleted. */
  readonly minimumDays: number;
  /** Types of stores whose accesses are recorded, as CloudTrail names them. */
  readonly auditedStores: readonly string[];
  /** How the names of stacks end that hold buckets of logs and no data: their buckets alone may go unrecorded. */
  readonly logStackSuffix: string;
}

type Fault = Omit<Finding, 'subject'>;

/**
 * Every account that holds data records who did what and who touched which data, in a bucket where nobody can
 * change it. cdk-nag looks at each trail's encryption; that there is one, of what, and how long it lasts is ours.
 */
export function auditTrailComplete({ minimumDays, auditedStores, logStackSuffix }: AuditLimits): Rule {
  return {
    id: 'AuditTrailComplete',
    constraints: ['SEC-3'],
    demand: `Each cell has a trail over all Regions and stores, locked for ${minimumDays} days or more`,
    fix: 'See lib/constructs/audit-trail.ts and ADR-002',
    check: (stacks) => {
      const accounts = new Set(stacks.filter(holdsData).map(({ account }) => account));
      return [...accounts].flatMap((account) => {
        const members = stacks.filter((stack) => stack.account === account);
        const trails = members.flatMap(({ resources }) => resources).filter(({ type }) => type === 'AWS::CloudTrail::Trail');
        return trails.length > 0
          ? trails.flatMap((trail) => [
              ...trailFaults(trail, auditedStores, logStackSuffix).map((fault) => ({ ...fault, subject: trail })),
              ...bucketFaults(trail, minimumDays),
            ])
          : members.slice(0, 1).map((subject) => ({ subject, message: `Account ${account} holds data and has no trail` }));
      });
    },
  };
}

const holdsData = ({ resources }: StackTemplate): boolean => resources.some(({ type }) => statefulTypes.has(type));

function trailFaults(trail: ResourceDefinition, auditedStores: readonly string[], logStackSuffix: string): Fault[] {
  const flags = ['IsLogging', 'IsMultiRegionTrail', 'EnableLogFileValidation', 'IncludeGlobalServiceEvents'];
  const recorded = recordedTypes(trail, logStackSuffix);
  const unrecorded = ['Management', ...auditedStores].filter((type) => !recorded.includes(type));
  return [
    ...flags
      .filter((flag) => propertyAt(trail, flag) !== true)
      .map((flag) => ({ location: `Properties.${flag}`, message: `${flag} of the trail is not true` })),
    ...unrecorded.map((type) => ({ location: 'Properties.AdvancedEventSelectors', message: `The trail does not record ${type}` })),
  ];
}

interface FieldSelector {
  readonly Field?: unknown;
  readonly Equals?: unknown;
  readonly NotStartsWith?: unknown;
}

/** `Management`, and the types of stores of which every access is recorded: a selector that is narrowed does not count. */
function recordedTypes(trail: ResourceDefinition, logStackSuffix: string): string[] {
  const exempts = (arn: unknown) => isLogBucket(trail, arn, logStackSuffix);
  return listAt(trail, 'AdvancedEventSelectors').flatMap((selector) => {
    const fields = (selector as { readonly FieldSelectors?: unknown }).FieldSelectors;
    if (!Array.isArray(fields) || !(fields as FieldSelector[]).every((field) => isWhole(field, exempts))) return [];
    const equals = (name: string) => {
      const values = (fields as FieldSelector[]).find(({ Field }) => Field === name)?.Equals;
      return Array.isArray(values) ? values.filter((value) => typeof value === 'string') : [];
    };
    if (equals('eventCategory').includes('Management')) return ['Management'];
    return equals('eventCategory').includes('Data') ? equals('resources.type') : [];
  });
}

/** Whether a field leaves nothing out but buckets that may be left out. */
function isWhole(field: FieldSelector, exempts: (arn: unknown) => boolean): boolean {
  if (field.Field === 'eventCategory' || field.Field === 'resources.type') return true;
  const { Field: name, NotStartsWith: left } = field;
  return name === 'resources.ARN' && Object.keys(field).length === 2 && Array.isArray(left) && left.every(exempts);
}

/** Whether an ARN is that of a bucket in a stack of logs: by reference, since a literal could be the start of any bucket's. */
function isLogBucket({ stack }: ResourceDefinition, arn: unknown, logStackSuffix: string): boolean {
  const text = JSON.stringify(arn) ?? '';
  const [, own] = /"Fn::GetAtt":\["(\w+)","Arn"\]/.exec(text) ?? [];
  const [, other = ''] = /"Fn::GetStackOutput":\{"StackName":"([\w-]+)"/.exec(text) ?? [];
  if (own === undefined) return other.endsWith(logStackSuffix);
  return (
    stack.stackName.endsWith(logStackSuffix) &&
    stack.resources.some(({ logicalId, type }) => logicalId === own && type === 'AWS::S3::Bucket')
  );
}

/** The trail's bucket stands in the same template, or its lock could not be judged. */
function bucketFaults(trail: ResourceDefinition, minimumDays: number): Finding[] {
  const logicalId = propertyAt(trail, 'S3BucketName', 'Ref');
  const bucket = trail.stack.resources.find((resource) => resource.logicalId === logicalId);
  if (!bucket)
    return [{ subject: trail, location: 'Properties.S3BucketName', message: "The trail's bucket is not in the template of the trail" }];
  const retention = ['ObjectLockConfiguration', 'Rule', 'DefaultRetention'];
  const days = propertyAt(bucket, ...retention, 'Days');
  const years = propertyAt(bucket, ...retention, 'Years');
  const locked = typeof days === 'number' ? days : typeof years === 'number' ? years * 365 : 0;
  return [
    ...(propertyAt(bucket, 'ObjectLockEnabled') === true && locked >= minimumDays
      ? []
      : [
          {
            subject: bucket,
            location: 'Properties.ObjectLockConfiguration',
            message: `Audit records are locked for ${locked} days; allowed: ${minimumDays} or more`,
          },
        ]),
    ...expirations(bucket)
      .filter((expiration) => expiration < minimumDays)
      .map((expiration) => ({
        subject: bucket,
        location: 'Properties.LifecycleConfiguration',
        message: `Audit records expire after ${expiration} days; allowed: ${minimumDays} or more`,
      })),
  ];
}

/** Days after which records expire; 0 where that cannot be resolved, or is a day in the calendar. */
function expirations(bucket: ResourceDefinition): number[] {
  const lifecycle = propertyAt(bucket, 'LifecycleConfiguration');
  if (lifecycle === undefined) return [];
  const rules = propertyAt(bucket, 'LifecycleConfiguration', 'Rules');
  if (!Array.isArray(rules)) return [0];
  return (rules as Readonly<Record<string, unknown>>[]).flatMap(({ Status: status, ExpirationInDays: days, ExpirationDate: date }) => {
    if (status === 'Disabled' || (days === undefined && date === undefined)) return [];
    return [typeof days === 'number' && date === undefined ? days : 0];
  });
}
