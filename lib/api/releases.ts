import { z } from 'zod';
import { breakingRules, isSame, type BreakingChange } from './compatibility/breaking-change';
import { isObject, rootOf, type Json } from './compatibility/document';
import { breakingChanges, twelveMonthsAfter } from './compatibility/operations';

const version = z.string().regex(/^\d+\.\d+\.\d+$/, 'allowed: three numbers, such as 1.2.0');
const day = z
  .string()
  .refine((text) => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)), 'allowed: a day as YYYY-MM-DD');

const release = z.strictObject({
  version,
  releasedOn: day,
  /** The first day on which anything of it may be gone [TIM-1]. */
  earliestRemoval: day,
  /** Of the file `vVERSION.yaml`: a released contract never changes. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

export type Release = Readonly<z.infer<typeof release>>;

/** Whether one version comes after another. */
export function isLater(one: string, other: string): boolean {
  const [left, right] = [one, other].map((text) => text.split('.').map(Number));
  for (const index of [0, 1, 2]) {
    const difference = (left?.[index] ?? 0) - (right?.[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}

/** `api/released/releases.json`: throws with all that is wrong. */
export function parseReleases(json: unknown): readonly Release[] {
  const parsed = z.array(release).safeParse(json);
  const problems = parsed.success
    ? parsed.data.flatMap((one, index) => {
        const before = parsed.data[index - 1];
        return [
          ...(before && !isLater(one.version, before.version) ? [`${one.version}: comes after ${before.version}`] : []),
          ...(before && one.releasedOn < before.releasedOn ? [`${one.version}: is older than ${before.version}`] : []),
          ...(one.earliestRemoval < twelveMonthsAfter(one.releasedOn)
            ? [
                `${one.version}: earliestRemoval: received ${one.earliestRemoval}; allowed: ${twelveMonthsAfter(one.releasedOn)} or later [TIM-1]`,
              ]
            : []),
        ];
      })
    : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  if (problems.length > 0) throw new Error(`releases.json:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
  return parsed.data ?? [];
}

export interface Verdict {
  readonly breaking: readonly BreakingChange[];
  /** The contract says something else than the released one, and the same version. */
  readonly versionProblem?: string;
}

const versionOf = (contract: Json): string => {
  const info = isObject(contract) ? contract['info'] : undefined;
  return version.parse(isObject(info) ? info['version'] : undefined);
};

/** A contract against the last released one. On `on`, or on the day of that release: the strictest day there is. */
export function judgeContract(contract: Json, last: { readonly release: Release; readonly contract: Json }, on?: string): Verdict {
  const asked = on === undefined ? last.release.releasedOn : day.parse(on);
  const breaking = breakingChanges(last.contract, contract, asked < last.release.releasedOn ? last.release.releasedOn : asked);
  const own = versionOf(contract);
  const isUnchanged = isSame(rootOf(last.contract), rootOf(contract));
  if (own === last.release.version ? isUnchanged : isLater(own, last.release.version)) return { breaking };
  return { breaking, versionProblem: `info.version is ${own}; allowed: one after ${last.release.version}, which is released` };
}

export const renderChange = ({ rule, pointer, before, after }: BreakingChange): string => {
  const text = (value: unknown): string => {
    const whole = value === undefined ? 'nothing' : JSON.stringify(value);
    return whole.length > 120 ? `${whole.slice(0, 117)}...` : whole;
  };
  return `BREAKING ${rule} ${pointer}\n   before: ${text(before)}\n   after:  ${text(after)}\n   ${breakingRules[rule]}`;
};
