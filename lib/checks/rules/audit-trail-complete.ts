import type { ResourceDefinition, StackTemplate } from '../assembly';
import { propertyAt, type Finding, type Rule } from '../rule';
import { statefulTypes } from '../stateful-types';

export interface AuditLimits {
  /** Days for which no record can be changed or deleted. */
  readonly minimumDays: number;
  /** Types of stores whose accesses are recorded, as CloudTrail names them. */
  readonly auditedStores: readonly string[];
}

type Fault = Omit<Finding, 'subject'>;

/**
 * Every account that holds data records who did what and who touched which data, in a bucket where nobody can
 * change it. cdk-nag looks at each trail's encryption; that there is one, of what, and how long it lasts is ours.
 */
export function auditTrailComplete({ minimumDays, auditedStores }: AuditLimits): Rule {
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
              ...trailFaults(trail, auditedStores).map((fault) => ({ ...fault, subject: trail })),
              ...bucketFaults(trail, minimumDays),
            ])
          : members.slice(0, 1).map((subject) => ({ subject, message: `Account ${account} holds data and has no trail` }));
      });
    },
  };
}

const holdsData = ({ resources }: StackTemplate): boolean => resources.some(({ type }) => statefulTypes.has(type));

function trailFaults(trail: ResourceDefinition, auditedStores: readonly string[]): Fault[] {
  const flags = ['IsLogging', 'IsMultiRegionTrail', 'EnableLogFileValidation', 'IncludeGlobalServiceEvents'];
  const recorded = recordedTypes(trail);
  const unrecorded = ['Management', ...auditedStores].filter((type) => !recorded.includes(type));
  return [
    ...flags
      .filter((flag) => propertyAt(trail, flag) !== true)
      .map((flag) => ({ location: `Properties.${flag}`, message: `${flag} of the trail is not true` })),
    ...unrecorded.map((type) => ({ location: 'Properties.AdvancedEventSelectors', message: `The trail does not record ${type}` })),
  ];
}

interface FieldSelector {
  readonly Field: string;
  readonly Equals?: readonly string[];
}

/** `Management`, and the types of stores whose data events are recorded for reads and writes alike. */
function recordedTypes(trail: ResourceDefinition): string[] {
  const selectors = propertyAt(trail, 'AdvancedEventSelectors');
  if (!Array.isArray(selectors)) return [];
  return (selectors as { readonly FieldSelectors?: readonly FieldSelector[] }[]).flatMap(({ FieldSelectors: fields = [] }) => {
    const equals = (name: string) => fields.find(({ Field }) => Field === name)?.Equals ?? [];
    const narrowed = fields.some(({ Field }) => ['readOnly', 'eventName', 'userIdentity.arn'].includes(Field));
    if (narrowed) return [];
    return equals('eventCategory').includes('Management') ? ['Management'] : equals('resources.type');
  });
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

function expirations(bucket: ResourceDefinition): number[] {
  const rules = propertyAt(bucket, 'LifecycleConfiguration', 'Rules');
  if (!Array.isArray(rules)) return [];
  return (rules as { readonly Status?: string; readonly ExpirationInDays?: number }[]).flatMap(({ Status, ExpirationInDays: days }) =>
    Status === 'Enabled' && days !== undefined ? [days] : [],
  );
}
