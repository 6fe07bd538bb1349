import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expiredOn, incompleteFields } from '../../lib/checks/acknowledgements';
import { ledger } from '../../lib/checks/ledger';
import { readRuleCatalogue } from '../../lib/checks/recorded-packs';
import { entry } from '../fixtures/acknowledged-app';

/** Days that a calendar has, from the first year of four figures that Date prints as such. */
const day = fc
  .date({ min: new Date('1000-01-01T00:00:00Z'), max: new Date('9999-12-31T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

describe('the expiry of an entry', () => {
  const lastDay = entry({ expires: '2027-11-30' });

  it('is after its last day, and not on it', () => {
    expect(expiredOn([lastDay], '2027-11-29')).toEqual([]);
    expect(expiredOn([lastDay], '2027-11-30')).toEqual([]);
    expect(expiredOn([lastDay], '2027-12-01')).toEqual([lastDay]);
  });

  it('names the expired entries of several and no other', () => {
    expect(expiredOn([entry({ expires: '2028-01-01' }), lastDay], '2027-12-01')).toEqual([lastDay]);
    expect(expiredOn([], '2027-12-01')).toEqual([]);
  });

  it('follows the calendar for any two days', () => {
    fc.assert(
      fc.property(day, day, (expires, today) => {
        expect(expiredOn([entry({ expires })], today)).toHaveLength(Date.parse(expires) < Date.parse(today) ? 1 : 0);
      }),
    );
  });

  it.each([
    ['2026-11-23', '2027-12-28', true],
    ['2026-11-23', '2027-12-29', false],
    ['2026-11-23', '2026-11-22', false],
    ['2026-11-23', '9999-12-31', false],
  ])('argued on %s and put off until %s is taken: %s', (argued, expires, taken) => {
    expect(incompleteFields(entry({ argued, expires }), readRuleCatalogue())).toHaveLength(taken ? 0 : 1);
  });

  it.each(['', '2027-13-01', '2027-02-29', '2027-2-28', '2027-11-31', '2027-11-30T00:00:00Z', ' 2027-11-30', '20271130', 'tomorrow'])(
    'rejects the day %j, by name',
    (text) => {
      expect(() => expiredOn(ledger, text)).toThrow(`day: received ${JSON.stringify(text)}; allowed: a day as YYYY-MM-DD`);
    },
  );

  it('rejects any text that is no day of the calendar, and takes any that is', () => {
    const catalogue = readRuleCatalogue();
    const anyText = fc.oneof(day, fc.string(), fc.stringMatching(/^\d{4}-\d{2}-\d{2}$/));
    fc.assert(
      fc.property(anyText, (text) => {
        const [year = 0, month = 0, date = 0] = text.split('-').map(Number);
        const utc = new Date(Date.UTC(2000, 0, 1));
        utc.setUTCFullYear(year, month - 1, date);
        const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text) && utc.getUTCMonth() === month - 1 && utc.getUTCDate() === date;
        expect(incompleteFields(entry({ argued: text, expires: text }), catalogue)).toHaveLength(isDay ? 0 : 2);
      }),
    );
  });
});

describe('the ledger', () => {
  const catalogue = readRuleCatalogue();

  it.each(ledger)('is complete about $finding at $resources', (written) => {
    expect(incompleteFields(written, catalogue)).toEqual([]);
    expect(written.control).toMatch(/^[A-Z]{3}-\d$/);
  });

  it('answers each finding of a resource once in a stage', () => {
    const answers = ledger.flatMap(({ finding, resources, stages = ['all'] }) =>
      resources.flatMap((resource) => stages.map((stage) => `${finding} at ${stage}/${resource}`)),
    );
    expect(answers.filter((answer, index) => answers.indexOf(answer) !== index)).toEqual([]);
  });
});
