import type { ResourceDefinition, StackTemplate } from '../assembly';
import { erasableTypes, remainsOf } from '../erasure';
import type { Finding, Rule } from '../rule';
import { statefulTypes } from '../stateful-types';
import { arrivalDays, findResource, holdsCustomerData, isNamed, stageOf, type Store } from '../store-register';

export interface ErasureLimits {
  readonly stores: readonly Store[];
  /** Most days after which nothing may be left of what was erased. */
  readonly maximumDays: number;
}

/** Hold no rows: their tables, instances and addresses are judged, or have none. */
const emptyTypes: ReadonlySet<string> = new Set([
  'AWS::EC2::EIP',
  'AWS::RDS::DBInstance',
  'AWS::RDS::GlobalCluster',
  'AWS::S3Tables::TableBucket',
]);

/**
 * Somebody who asks to be forgotten is forgotten by each copy: versions, snapshots, points in time and backups too. What
 * each type keeps behind a deletion is computed from its settings; a type that nobody has thought about fails.
 */
export function erasureDeadlinesKept({ stores, maximumDays }: ErasureLimits): Rule {
  return {
    id: 'ErasureDeadlinesKept',
    constraints: ['CMP-1', 'REG-1', 'REG-2'],
    demand: `No copy of customers' data outlives its erasure by more than ${maximumDays} days, nor by more than the register says`,
    fix: 'Shorten the lifecycle, the retention or the points in time; lib/checks/erasure.ts says what counts, lib/checks/stores.ts what is declared',
    check: (stacks) => [...resourceFindings(stacks), ...chainFindings(stacks)],
  };

  function resourceFindings(stacks: readonly StackTemplate[]): Finding[] {
    return stacks.filter(holdsCustomerData).flatMap((stack) =>
      stack.resources
        .filter(({ type }) => (statefulTypes.has(type) || erasableTypes.includes(type)) && !emptyTypes.has(type))
        .flatMap((subject): Finding[] => {
          const remains = remainsOf(subject, stacks);
          if ('unknown' in remains) return [{ subject, message: `Erased data may stay for ever: ${remains.unknown}` }];
          const store = stores.find((candidate) => names(candidate, subject));
          const [allowed, whose] =
            store && store.erasure.days < maximumDays ? [store.erasure.days, `, as the register says of ${store.name}`] : [maximumDays, ''];
          return remains.days > allowed
            ? [{ subject, message: `Erased data stays for ${remains.days} days; allowed: ${allowed}${whose}` }]
            : [];
        }),
    );
  }

  /** An event can be old when it is written: a reader that lags, a replay. Its deadline does not begin anew with each copy. */
  function chainFindings(stacks: readonly StackTemplate[]): Finding[] {
    return [...new Set(stacks.map(stageOf))].flatMap((stage) => {
      const members = stacks.filter((stack) => stageOf(stack) === stage);
      return stores.flatMap((store): Finding[] => {
        const subject = findResource(members, store.resource);
        if (!subject || store.erasure.by === 'request') return [];
        const age = arrivalDays(store.name, stores, members);
        if (age === undefined) return [{ subject, message: `How old an event may be when it reaches ${store.name} cannot be told` }];
        const { days } = store.erasure;
        return age + days > maximumDays
          ? [
              {
                subject,
                message: `An event may be ${age} days old when it reaches ${store.name}, and stays ${days} more; allowed: ${maximumDays} together`,
              },
            ]
          : [];
      });
    });
  }
}

/** The store itself, or its like in the recovery Region. */
const names = ({ resource: { stack, ...name } }: Store, subject: ResourceDefinition): boolean =>
  isNamed({ stack, ...name }, subject) || isNamed({ stack: `Recovery${stack}`, ...name }, subject);
