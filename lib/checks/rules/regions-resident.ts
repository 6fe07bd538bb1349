import type { ResourceDefinition, StackTemplate } from '../assembly';
import { propertyAt, type Finding, type Rule } from '../rule';

export interface ResidencyLimits {
  /** Regions of each jurisdiction. */
  readonly jurisdictions: Readonly<Record<string, readonly string[]>>;
  /** Stages that hold settings and no customer's data, and so belong to no jurisdiction. */
  readonly exemptStages: readonly StageExemption[];
  /** Settings that name a Region which may be elsewhere, since no customer's data is there. */
  readonly exemptSettings: readonly RegionExemption[];
}

export interface StageExemption {
  readonly stage: string;
  readonly because: string;
}

export interface RegionExemption {
  readonly region: string;
  /** Of CloudFormation. */
  readonly type: string;
  /** The one property that may name it, such as `Configuration.ArgoCd`. */
  readonly property: string;
  /** Text of which the Region has to be a part, such as the beginning of an ARN. @default - the Region by itself: anything */
  readonly within?: string;
  readonly because: string;
}

const REGION = /\b(?:af|ap|ca|eu|il|me|mx|sa|us)-(?:gov-)?(?:central|(?:north|south)?(?:east|west)?)-\d(?!\d)/g;

/**
 * A cell's stacks stand in Regions of one jurisdiction, and its templates name no other Region. What a reference or an
 * imported value leads to is not followed here.
 */
export function regionsResident({ jurisdictions, exemptStages, exemptSettings }: ResidencyLimits): Rule {
  return {
    id: 'RegionsResident',
    constraints: ['REG-1', 'REG-3'],
    demand: "A cell's stacks and what they name stay in the Regions of one jurisdiction",
    fix: "Keep to the cell's home and recovery Region (lib/config)",
    check: (stacks) => {
      const stages = [...new Set(stacks.map(stageOf))].filter((stage) => !exemptStages.some((exemption) => exemption.stage === stage));
      return stages.flatMap((stage) => {
        const members = stacks.filter((stack) => stageOf(stack) === stage);
        const [home] = [...members].reverse();
        const [name, regions = []] = Object.entries(jurisdictions).find(([, candidates]) => home && candidates.includes(home.region)) ?? [];
        return members.flatMap((stack): Finding[] => [
          ...(regions.includes(stack.region)
            ? []
            : [
                {
                  subject: stack,
                  message: `${stage} has a stack in ${stack.region}; allowed: ${regions.join(', ') || 'a Region of a jurisdiction'}`,
                },
              ]),
          ...stack.resources.flatMap((subject) =>
            [...new Set(JSON.stringify(subject.properties).match(REGION))]
              .filter((region) => !regions.includes(region) && !isExempt(subject, region))
              .map((region) => ({ subject, message: `${region} is named, which is outside of ${name ?? 'every jurisdiction'}` })),
          ),
        ]);
      });
    },
  };

  /** Named nowhere but where it may be. */
  function isExempt(subject: ResourceDefinition, region: string): boolean {
    const settings = exemptSettings.filter((exemption) => exemption.region === region && exemption.type === subject.type);
    const count = (value: unknown) => (JSON.stringify(value) ?? '').split(region).length - 1;
    const exempted = settings.reduce((sum, { property, within = region }) => {
      const setting = JSON.stringify(propertyAt(subject, ...property.split('.'))) ?? '';
      return sum + setting.split(within).length - 1;
    }, 0);
    return exempted === count(subject.properties);
  }
}

const stageOf = ({ path }: StackTemplate): string => path.split('/')[0] ?? path;
