import { propertyAt, type Finding, type Rule } from '../rule';
import { statefulTypes } from '../stateful-types';

/** GuardDuty is regional: a Region without a detector is where an intruder would go first. */
export function threatsDetected({ features }: { readonly features: readonly string[] }): Rule {
  return {
    id: 'ThreatsDetected',
    constraints: ['SEC-1', 'SLO-6'],
    demand: `Each Region of a cell that holds data has a GuardDuty detector with ${features.join(', ')}`,
    fix: 'If the Region is one of the cell (lib/config), add a DetectionStack to it; else nothing may be stored there [REG-3]',
    check: (stacks) => {
      const places = new Set(stacks.filter(({ resources }) => resources.some(({ type }) => statefulTypes.has(type))).map(placeOf));
      return [...places].flatMap((place): Finding[] => {
        const members = stacks.filter((stack) => placeOf(stack) === place);
        const detectors = members.flatMap(({ resources }) => resources).filter(({ type }) => type === 'AWS::GuardDuty::Detector');
        if (detectors.length === 0)
          return members.slice(0, 1).map((subject) => ({ subject, message: `No GuardDuty detector in ${place}` }));
        return detectors.flatMap((subject) => [
          ...(propertyAt(subject, 'Enable') === true
            ? []
            : [{ subject, location: 'Properties.Enable', message: 'The detector is not enabled' }]),
          ...features
            .filter((feature) => !enabledFeatures(propertyAt(subject, 'Features')).includes(feature))
            .map((feature) => ({ subject, location: 'Properties.Features', message: `${feature} is not enabled` })),
        ]);
      });
    },
  };
}

const placeOf = ({ account, region }: { readonly account: string; readonly region: string }): string => `${account} ${region}`;

function enabledFeatures(features: unknown): string[] {
  if (!Array.isArray(features)) return [];
  return (features as { readonly Name?: string; readonly Status?: string }[]).flatMap(({ Name, Status }) =>
    Name && Status === 'ENABLED' ? [Name] : [],
  );
}
