import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { apiLimits } from '../../lib/api/limits';
import { PROBLEM_BASE, problemTypes } from '../../lib/api/problems';
import { routes } from '../../lib/api/routes';

const page = readFileSync(join(__dirname, '../../docs/02-data/api.md'), 'utf8');
const kib = (bytes: number): string => (bytes < 2 ** 20 ? `${bytes / 2 ** 10} KiB` : `${bytes / 2 ** 20} MiB`);

/** Rows of the page's tables, as they stand in it. */
const rows = (begins: RegExp): string[] => page.split('\n').filter((line) => begins.test(line));

it('the page of the API has each operation, with its scope and its service', () => {
  const told = rows(/^\| `POST /).map((row) => row.split(' | ').slice(0, 3).join(' | '));
  expect(told).toEqual(routes.map(({ method, path, scope, service }) => `| \`${method} ${path}\` | \`${scope}\` | ${service}`));
});

it('the page of the API has each kind of error, and no other', () => {
  expect(rows(/^\| \d+ \| `/)).toEqual(
    problemTypes.map(({ status, name, title, repeat }) => `| ${status} | \`${name}\` | ${title} | ${repeat} |`),
  );
  expect(page).toContain(PROBLEM_BASE);
});

it('the page of the API has the limits as they are', () => {
  const { maxEventBytes, maxBatchEvents, maxBatchBytes, maxLookupBytes, deduplicationHours, maxClockAheadMinutes } = apiLimits;
  for (const row of [
    `| an event | ${kib(maxEventBytes)}, `,
    `| a batch | ${maxBatchEvents} events, ${kib(maxBatchBytes)} inflated |`,
    `| a lookup | ${kib(maxLookupBytes)} |`,
    `| an event's time | ${maxClockAheadMinutes} minutes ahead`,
    `| deduplication | ${deduplicationHours} hours |`,
  ])
    expect(page).toContain(row);
});

it('every error that may be repeated is one of load or of ours, and no other', () => {
  const later = problemTypes.filter(({ repeat }) => repeat === 'later').map(({ status }) => status);
  expect(later).toEqual(problemTypes.map(({ status }) => status).filter((status) => status === 429 || status >= 500));
});
