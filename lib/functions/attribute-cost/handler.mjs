/**
 * Asks once a day what each tenant has cost so far in the month, and tells how much of the bill reached nobody: a service that no rule names shows the day after its
 * first line, and not with the month's report [BUD-3].
 */

const WAIT_MS = 2_000;
/** The bill of yesterday is complete a day later; at the month's turn this is still the old month. */
const DELAY_DAYS = 2;

/** @param {number} now milliseconds since 1970 */
export const monthOf = (now) => new Date(now - DELAY_DAYS * 86_400_000).toISOString().slice(0, 7);

/**
 * @typedef {{ tenant: string, reason: string, cents: number }} Row
 * @typedef {{ attributedPercent: number, evenPercent: number, unknownUsd: number, totalUsd: number, tenantUsd: number }} Verdict
 */

/**
 * @param {readonly (readonly string[])[]} rows as Athena answers: the first has the names
 * @returns {Verdict}
 */
export function verdictOf(rows) {
  const [names = [], ...values] = rows;
  const column = (/** @type {string} */ name) => {
    const index = names.indexOf(name);
    if (index < 0) throw new RangeError(`columns: received ${names.join(', ')}; allowed: ${name} among them`);
    return index;
  };
  const [tenant, reason, cents, even] = [column('tenant'), column('reason'), column('cents'), column('even_usd')];
  let attributed = 0;
  let evenly = 0;
  let unknown = 0;
  let rest = 0;
  let tenants = 0;
  for (const row of values) {
    const amount = Number(row[cents]) / 100;
    if (!Number.isFinite(amount)) throw new RangeError(`cents: received ${row[cents]}; allowed: a whole number`);
    if (row[tenant] !== '(unattributed)') {
      attributed += amount;
      evenly += Number(row[even]);
      tenants += 1;
      continue;
    }
    // A refund must not hide a new service.
    rest += Math.abs(amount);
    if (row[reason]?.startsWith('no ')) unknown += Math.abs(amount);
  }
  const whole = attributed + rest;
  const percent = (/** @type {number} */ usd) => (whole > 0 ? (usd / whole) * 100 : 0);
  return {
    attributedPercent: percent(attributed),
    evenPercent: percent(evenly),
    unknownUsd: unknown,
    totalUsd: whole,
    tenantUsd: tenants > 0 ? attributed / tenants : 0,
  };
}

/**
 * A line that CloudWatch makes metrics of. Source: Amazon CloudWatch User Guide, "Embedded metric format specification", read 2026-11.
 * @param {string} cell
 * @param {Verdict} verdict
 * @param {number} now
 */
export const metricLine = (cell, { attributedPercent, evenPercent, unknownUsd, totalUsd, tenantUsd }, now) =>
  JSON.stringify({
    _aws: {
      Timestamp: now,
      CloudWatchMetrics: [
        {
          Namespace: 'DataFlow',
          Dimensions: [['Cell']],
          Metrics: [
            { Name: 'CostAttributed', Unit: 'Percent' },
            { Name: 'CostShared', Unit: 'Percent' },
            { Name: 'CostUnknown', Unit: 'None' },
            { Name: 'CostOfMonth', Unit: 'None' },
            { Name: 'CostOfTenant', Unit: 'None' },
          ],
        },
      ],
    },
    Cell: cell,
    CostAttributed: attributedPercent,
    CostShared: evenPercent,
    CostUnknown: unknownUsd,
    CostOfMonth: totalUsd,
    CostOfTenant: tenantUsd,
  });

/**
 * @param {{
 *   start: (query: string) => Promise<string>,
 *   state: (id: string) => Promise<{ state?: string, reason?: string }>,
 *   rows: (id: string) => Promise<readonly (readonly string[])[]>,
 *   tell: (line: string) => void,
 *   wait: (ms: number) => Promise<void>,
 *   now: () => number,
 *   cell: string,
 *   statement: string,
 * }} services
 */
export async function attribute({ start, state, rows, tell, wait, now, cell, statement }) {
  const id = await start(`EXECUTE ${statement} USING '${monthOf(now())}'`);
  for (;;) {
    const { state: reached, reason } = await state(id);
    if (reached === 'SUCCEEDED') break;
    if (reached === 'FAILED' || reached === 'CANCELLED') throw new Error(`Query ${id}: ${reached}, ${reason ?? 'no reason'}`);
    // Lambda's timeout ends a query that takes for ever.
    await wait(WAIT_MS);
  }
  const answer = await rows(id);
  for (const row of answer.slice(1)) if (row[0] === '(unattributed)') tell(`unattributed: ${row[1]}, ${Number(row[2]) / 100} USD`);
  tell(metricLine(cell, verdictOf(answer), now()));
}
