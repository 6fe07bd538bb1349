import type { Loss, Review } from './review';

export interface Verdict {
  /** What nobody has said is meant: the deployment should not happen. */
  readonly losses: readonly Loss[];
  readonly leftBehind: readonly Loss[];
  /** What was named. */
  readonly meant: readonly Loss[];
}

/**
 * Takes what is named for meant.
 * @param words stacks, resources and prefixes, each as the `without` of a loss
 * @throws RangeError for a word that answers nothing: it would hide a slip of the pen, or outlive its reason
 */
export function settle({ losses, leftBehind }: Review, words: readonly string[]): Verdict {
  const known = [...new Set([...leftBehind, ...losses].flatMap(({ without }) => (without === undefined ? [] : [without])))];
  const unknown = words.filter((word) => !known.includes(word));
  if (unknown.length > 0) {
    throw new RangeError(
      `--without: received '${unknown.join("', '")}'; allowed: ${known.join(', ') || 'nothing, since nothing is left behind'}`,
    );
  }
  const isMeant = ({ without }: Loss) => without !== undefined && words.includes(without);
  return {
    losses: losses.filter((loss) => !isMeant(loss)),
    leftBehind: leftBehind.filter((loss) => !isMeant(loss)),
    meant: [...leftBehind, ...losses].filter(isMeant),
  };
}
