/** The register of stores as a page for people: docs/05-recovery/stores.md is this text, and a test holds it to that. */
import type { StackTemplate } from './assembly';
import {
  alarmSeconds,
  arrivalDays,
  expectedSeconds,
  findResource,
  secondsOf,
  stageOf,
  type RecoveryStep,
  type Store,
  type Term,
} from './store-register';

const duration = (seconds: number | undefined): string => {
  if (seconds === undefined) return 'unknown';
  return seconds < 120 ? `${Number(seconds.toFixed(1))} s` : `${Number((seconds / 60).toFixed(1))} min`;
};

const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

const table = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(...header), row(...header.map(() => '---')), ...rows.map((cells) => row(...cells))].join('\n');

/**
 * @param stacks of one cell that has a recovery Region: settings are read from its templates
 * @param common steps of the whole system, before and after those of the stores, which run side by side
 */
export function storesDocument(stores: readonly Store[], common: readonly RecoveryStep[], stacks: readonly StackTemplate[]): string {
  const [first] = stacks;
  const cell = first ? stageOf(first) : 'no cell';
  return `${[
    '# Stores: copies, recovery, erasure',
    'Written by `npm run -s stores` from `lib/checks/stores.ts` and the synthesized templates' +
      ` (figures of ${cell}); a test compares it. The ways are argued in [ADR-015](../01-architecture/decisions/ADR-015-taking-over.md).`,
    '## What the loss of a Region loses [SLO-5: 15 minutes]',
    'Lag: of the copy when all is well. Told after: the age that a copy can reach before an alarm has paged somebody, from the' +
      ' settings of the alarm.',
    table(
      ['store', 'holds', 'second copy', 'lag', 'told after'],
      stores.map((store) => copyRow(store, stacks)),
    ),
    '### What the lag is made of',
    table(
      ['store', 'part', 'time', 'source'],
      stores.flatMap(({ name, copy }) => (copy.kind === 'copied' ? copy.terms.map((term) => termRow(name, term, stacks)) : [])),
    ),
    '## Until it serves again [SLO-4: 4 hours]',
    `Stores are recovered side by side: the longest counts, ${longest(stores)} minutes, and the steps of the whole system,` +
      ` ${sum(common)} minutes: ${longest(stores) + sum(common)} minutes together. An estimate is nobody's measurement: the rehearsal in` +
      ' staging replaces it. The cluster and the edge join with their stacks.',
    table(
      ['what', 'step', 'minutes', 'source'],
      [
        ...common.map((step) => stepRow('the system', step)),
        ...stores.flatMap(({ name, recovery }) => recovery.map((step) => stepRow(name, step))),
      ],
    ),
    '## When nothing is left of what was erased [CMP-1: 30 days]',
    'Two days are for the erasure itself. By expiry: what is in it is gone so many days after it was written, asked for or not; an event' +
      ' may be old by then, since each reader on its way may have lagged until the end, and both together count. By request: rows are' +
      ' erased one by one, and so many days later the last version, snapshot, point in time or backup of them is gone. The days are' +
      ' declared, and held against the settings of the templates.',
    table(
      ['store', 'erased by', 'old on arrival', 'days there', 'together'],
      stores.map((store) => erasureRow(store, stores, stacks)),
    ),
    '## Backups',
    table(
      ['store', 'AWS Backup'],
      stores.map(({ name, backup }) => [name, backup === 'daily' ? 'daily, in both Regions' : `none: ${backup.none}`]),
    ),
  ].join('\n\n')}\n`;
}

const sum = (steps: readonly RecoveryStep[]): number => steps.reduce((total, { minutes }) => total + minutes, 0);
const longest = (stores: readonly Store[]): number => Math.max(0, ...stores.map(({ recovery }) => sum(recovery)));
const stepRow = (what: string, { what: step, minutes, source }: RecoveryStep): string[] => [what, step, String(minutes), source];

function erasureRow({ name, erasure }: Store, stores: readonly Store[], stacks: readonly StackTemplate[]): string[] {
  if (erasure.by === 'request') return [name, erasure.by, '-', String(erasure.days), String(erasure.days)];
  const age = arrivalDays(name, stores, stacks);
  return [name, erasure.by, String(age ?? 'unknown'), String(erasure.days), String(age === undefined ? 'unknown' : age + erasure.days)];
}

function copyRow({ name, holds, copy }: Store, stacks: readonly StackTemplate[]): string[] {
  if (copy.kind === 'none') return [name, holds, `none: ${copy.because}`, '-', '-'];
  if (copy.kind === 'derived') return [name, holds, `made again from ${copy.from}: ${copy.by}`, `as ${copy.from}`, `as ${copy.from}`];
  const alarm = findResource(stacks, copy.alarm);
  return [name, holds, copy.by, duration(expectedSeconds(copy.terms, stacks)), duration(alarm && alarmSeconds(alarm, copy.alarmUnit))];
}

function termRow(name: string, term: Term, stacks: readonly StackTemplate[]): string[] {
  const source = 'seconds' in term ? term.source : `setting \`${term.property}\` of ${term.setting.type} in ${term.setting.stack}`;
  return [name, term.what, duration(secondsOf(term, stacks)), source];
}
