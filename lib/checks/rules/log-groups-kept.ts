import { propertyAt, resourceRule, type Rule } from '../rule';

/** Logs that go too early are missed in the post-mortem; logs that never go are paid for without end, and hold people's data. */
export function logGroupsKept({ minimumDays }: { readonly minimumDays: number }): Rule {
  return resourceRule({
    id: 'LogGroupsKept',
    constraints: ['SEC-3', 'OBS-1'],
    demand: `Every log group keeps its logs for ${minimumDays} days or more, and not for ever; every function writes to a declared one`,
    fix: 'Declare the log group with a retention, and hand it to the function',
    types: ['AWS::Logs::LogGroup', 'AWS::Lambda::Function'],
    faults: (resource) => {
      if (resource.type === 'AWS::Lambda::Function') {
        const logGroup = propertyAt(resource, 'LoggingConfig', 'LogGroup', 'Ref');
        return resource.stack.resources.some(({ type, logicalId }) => type === 'AWS::Logs::LogGroup' && logicalId === logGroup)
          ? []
          : [
              {
                location: 'Properties.LoggingConfig',
                message: 'The function does not write to a log group of its template, and may keep logs for ever',
              },
            ];
      }
      const days = propertyAt(resource, 'RetentionInDays');
      return typeof days === 'number' && days >= minimumDays
        ? []
        : [
            {
              location: 'Properties.RetentionInDays',
              message: `RetentionInDays is ${JSON.stringify(days) ?? 'absent'}; allowed: ${minimumDays} or more`,
            },
          ];
    },
  });
}
