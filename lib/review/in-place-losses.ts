/** Updates that replace nothing, and lose something all the same: CloudFormation's schemas do not tell them. */
import { copies } from './copies';
import { guards } from './guards';
import type { Judge, ResourceLoss, Surroundings } from './judge';
import type { Properties } from './properties';
import { retentions } from './retentions';

export const judges: readonly Judge[] = [...retentions, ...copies, ...guards];

/**
 * What one resource loses by its update.
 * @param after its new properties; undefined if it is deleted
 */
export const inPlaceLosses = (
  type: string,
  before: Properties,
  after: Properties | undefined,
  surroundings: Surroundings = { siblings: after === undefined ? [] : [after], isRetained: true },
): ResourceLoss[] =>
  judges
    .filter(({ types, judgesDeletion = false }) => types.includes(type) && (after !== undefined || judgesDeletion))
    .flatMap(({ judge, instead }) =>
      judge(before, after ?? {}, surroundings).map((loss) => ({ ...(typeof loss === 'string' ? { what: loss } : loss), instead })),
    );
