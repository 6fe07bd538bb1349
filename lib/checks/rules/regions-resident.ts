import type { StackTemplate } from '../assembly';
import type { Finding, Rule } from '../rule';

export interface ResidencyLimits {
  /** Regions of each jurisdiction. */
  readonly jurisdictions: Readonly<Record<string, readonly string[]>>;
  /** Stages that hold settings and no customer's data, and so belong to no jurisdiction. */
  readonly exemptStages: readonly string[];
}

const REGION = /\b(?:af|ap|ca|eu|il|me|mx|sa|us)-(?:gov-)?(?:central|(?:north|south)?(?:east|west)?)-\d(?!\d)/g;

/**
 * A cell's stacks stand in Regions of one jurisdiction, and its templates name no other Region. What a reference or an
 * imported value leads to is not followed here.
 */
export function regionsResident({ jurisdictions, exemptStages }: ResidencyLimits): Rule {
  return {
    id: 'RegionsResident',
    constraints: ['REG-1', 'REG-3'],
    demand: "A cell's stacks and what they name stay in the Regions of one jurisdiction",
    fix: "Keep to the cell's home and recovery Region (lib/config)",
    check: (stacks) => {
      const stages = [...new Set(stacks.map(stageOf))].filter((stage) => !exemptStages.includes(stage));
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
              .filter((region) => !regions.includes(region))
              .map((region) => ({ subject, message: `${region} is named, which is outside of ${name ?? 'every jurisdiction'}` })),
          ),
        ]);
      });
    },
  };
}

const stageOf = ({ path }: StackTemplate): string => path.split('/')[0] ?? path;
