import type { ResourceDefinition } from '../assembly';
import { erasableTypes, remainsOf } from '../erasure';
import type { Finding, Rule } from '../rule';
import { statefulTypes } from '../stateful-types';
import { holdsCustomerData, isNamed, type Store } from '../store-register';

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
    fix: 'Shorten the lifecycle, the retention or the points in time; lib/checks/erasure.ts says what counts',
    check: (stacks) =>
      stacks.filter(holdsCustomerData).flatMap((stack) =>
        stack.resources
          .filter(({ type }) => (statefulTypes.has(type) || erasableTypes.includes(type)) && !emptyTypes.has(type))
          .flatMap((subject): Finding[] => {
            const remains = remainsOf(subject, stacks);
            if ('unknown' in remains) return [{ subject, message: `Erased data may stay for ever: ${remains.unknown}` }];
            const declared = stores.find((store) => names(store, subject))?.erasure.days ?? maximumDays;
            return remains.days > Math.min(declared, maximumDays)
              ? [{ subject, message: `Erased data stays for ${remains.days} days; allowed: ${Math.min(declared, maximumDays)}` }]
              : [];
          }),
      ),
  };
}

/** The store itself, or its like in the recovery Region. */
const names = ({ resource: { stack, ...name } }: Store, subject: ResourceDefinition): boolean =>
  isNamed({ stack, ...name }, subject) || isNamed({ stack: `Recovery${stack}`, ...name }, subject);
