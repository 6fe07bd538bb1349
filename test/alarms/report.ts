import type { Judged, Verdict } from './judge';
import { slowest, type Outcome, type Row } from './simulation';

interface SetResults {
  readonly faults: ReadonlyMap<string, Row>;
  readonly quarters: readonly Judged[];
}

export interface Results {
  readonly tuned: SetResults;
  readonly heldOut: SetResults;
  /** Alarms that the series say nothing of. */
  readonly leftOut: readonly string[];
  readonly slowCollector: ReadonlyMap<string, Row>;
  readonly trade: readonly Outcome[];
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

function duration(minutes: number | undefined): string {
  if (minutes === undefined) return '-';
  return minutes < 120 ? `${String(minutes)} min` : `${String(Math.round(minutes / 60))} h`;
}

function firstOf(verdicts: readonly Verdict[]): string {
  const names = verdicts.map(({ pages }) => [...pages].sort((a, b) => a.minute - b.minute)[0]?.alarm.id).filter((id) => id !== undefined);
  return [...new Set(names)].map((id) => `\`${id}\``).join(', ') || '-';
}

function faultRow(name: string, { verdicts, falsePages }: Row): readonly string[] {
  const [verdict] = verdicts;
  const seen = verdicts.filter(({ pagedAfter }) => pagedAfter !== undefined);
  const tickets = verdicts.filter(({ ticketAfter }) => ticketAfter !== undefined);
  const all = String(verdicts.length);
  const wanted = verdict?.fault.wanted ?? '';
  return [
    name,
    verdict?.fault.story ?? '',
    wanted,
    wanted === 'page' ? `${String(seen.length)} of ${all}` : falsePages === 0 ? 'none' : `**${String(falsePages)} false**`,
    wanted === 'page' ? duration(slowest(seen.map(({ pagedAfter }) => pagedAfter))) : '-',
    wanted === 'page' || tickets.length === 0
      ? '-'
      : `${String(tickets.length)} of ${all}, ${duration(slowest(tickets.map(({ ticketAfter }) => ticketAfter)))}`,
    firstOf(verdicts),
  ];
}

const faultTable = (rows: ReadonlyMap<string, Row>): string =>
  table(
    ['fault', 'what happens', 'wanted', 'paged', 'slowest page', 'tickets, slowest', 'what pages first'],
    [...rows].map(([name, row]) => faultRow(name, row)),
  );

function quarterTable(judged: readonly Judged[]): string {
  return table(
    ['quarter', 'faults that want a page', 'of those, paged', 'pages', 'of those, false', 'which'],
    judged.map(({ series, verdicts, pages, falsePages }) => {
      const wanted = verdicts.filter(({ fault }) => fault.wanted === 'page');
      return [
        series.name,
        String(wanted.length),
        String(wanted.filter(({ pagedAfter }) => pagedAfter !== undefined).length),
        String(pages.length),
        String(falsePages.length),
        falsePages.map(({ alarm }) => `\`${alarm.id}\``).join(', ') || '-',
      ];
    }),
  );
}

const count = (judged: readonly Judged[], of: (one: Judged) => number): number => judged.reduce((sum, one) => sum + of(one), 0);
const share = (judged: readonly Judged[]): string =>
  ((100 * count(judged, ({ falsePages }) => falsePages.length)) / count(judged, ({ pages }) => pages.length)).toFixed(1);

export function render({ tuned, heldOut, leftOut, slowCollector, trade }: Results): string {
  const all = [...tuned.quarters, ...heldOut.quarters];
  const late = [...slowCollector].filter(([, { verdicts }]) => verdicts[0]?.fault.wanted === 'page');
  const slow = slowest(late.flatMap(([, { verdicts }]) => verdicts.map(({ pagedAfter }) => pagedAfter)));
  return `# Alarms, tried on paper

Made by \`test/alarms/simulation.test.ts\`; do not edit. The alarms are those of prod-eu, read from its synthesized templates and evaluated as CloudWatch documents it (\`test/alarms/cloudwatch\`, tried on the tables of its guide). The series (\`test/alarms/series\`) are synthetic, and were
committed before a threshold was chosen: nothing has been deployed, so they show that the alarms do what they are meant to on what we think happens, and no more. Why these alarms: [ADR-034](decisions/ADR-034-objectives-and-alarms.md).

Each fault is tried in a cell with few requests (4 million events a day in batches of 20) at night, and in one with many (6 million, one by one) at the peak. Metrics are assumed to be seen a minute after their minute is over. Times are from the fault's beginning to the end of the minute in which somebody is told; SLO-6 asks for
less than five minutes.

## Series that thresholds were chosen by
${faultTable(tuned.faults)}

## Series kept apart
No threshold was chosen by these, and none was changed after they were run. What is slower than five minutes, or missed, is said here, not mended on them.

${faultTable(heldOut.faults)}

## Quarters
91 days with what a quarter has of small trouble: pods that are moved, deployments, imports, destinations that are down, blips of up to two minutes, metrics that do not come; in half of them twelve faults, one a week. A page is false if no fault wants one then, or within the hour before [OBS-1: under 5 %].

${quarterTable(all)}

Together ${String(count(all, ({ pages }) => pages.length))} pages, of which ${String(count(all, ({ falsePages }) => falsePages.length))} are false: ${share(all)} %; of those kept apart alone ${share(heldOut.quarters)} %, of so few that a single one is above the goal.

## Missed against false
The same alarms with other figures, on the tuned faults that want a page, and on four healthy weeks of a cell with few requests.

${table(
  ['burn alarms', 'faults tried', 'paged after 5 minutes or more', 'missed', 'false pages in four weeks'],
  trade.map(({ says, faults, late: lateCount, missed, falsePages }) => [
    says,
    String(faults),
    String(lateCount),
    String(missed),
    String(falsePages),
  ]),
)}

If metrics of our services come a minute later than assumed (a collector is in their way), the slowest page of a tuned fault comes after ${duration(slow)}.

## Not simulated
The series say nothing of what these alarms watch; their conditions are held by tests of their stacks alone: ${leftOut.map((id) => `\`${id}\``).join(', ')}.
`;
}
