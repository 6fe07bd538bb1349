import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { platform } from '../../lib/config/platform';
import { ConfigurationError, parsePlatform, withAccounts } from '../../lib/config/validate';
import { changed, options } from '../support/platforms';

const cell = {
  dev: 'environments.dev.cells.dev',
  staging: 'environments.staging.cells.staging',
  'prod-us': 'environments.prod.cells.prod-us',
  'prod-eu': 'environments.prod.cells.prod-eu',
} as const;

const properties: Readonly<Record<string, string>> = {
  organization: 'organization.managementAccount',
  ...Object.fromEntries(Object.entries(cell).map(([name, path]) => [name, `${path}.account`])),
};

function problemsOf(run: () => unknown) {
  try {
    run();
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

describe('accounts from outside', () => {
  it.each(Object.entries(properties))('reach %s, and change nothing else', (name, property) => {
    expect(withAccounts(platform, { [name]: '123456789012' })).toEqual(changed({ [property]: '123456789012' }));
  });

  it('reach any choice of cells at once', () => {
    const accounts = fc.dictionary(fc.constantFrom(...Object.keys(properties)), fc.stringMatching(/^\d{12}$/));
    fc.assert(
      fc.property(accounts, (given) => {
        const changes = Object.fromEntries(Object.entries(given).map(([name, id]) => [properties[name] ?? name, id]));
        expect(withAccounts(platform, given)).toEqual(changed(changes));
      }),
    );
  });

  it('are the committed ones where none are given', () => {
    expect(withAccounts(platform, {})).toEqual(platform);
  });

  it.each(['prod', 'prod_eu', 'Dev', '', 'managementAccount', 'toString', '__proto__'])(
    "rejects an account for '%s', which is no cell, with the list of those that are",
    (name) => {
      const accounts = Object.fromEntries([
        ['dev', '123456789012'],
        [name, '210987654321'],
      ]);
      expect(problemsOf(() => withAccounts(platform, accounts))).toEqual([
        {
          property: `account.${name}`,
          received: "'210987654321'",
          allowed: 'account.organization, account.dev, account.staging, account.prod-us, account.prod-eu',
        },
      ]);
    },
  );

  it('leave alone a cell that is called as a method of every object', () => {
    const renamed = changed({ 'environments.dev.cells.dev.name': 'constructor' }) as typeof platform;
    expect(withAccounts(renamed, {})).toEqual(renamed);
  });

  it('rejects all unknown names at once', () => {
    expect(problemsOf(() => withAccounts(platform, { eu: '1', us: '2' })).map(({ property }) => property)).toEqual([
      'account.eu',
      'account.us',
    ]);
  });

  describe.each(Object.entries(properties))('for %s', (name, property) => {
    it.each(['12345678901', '1234567890123', '12345678901x', '', '123456789012 ', 'account'])("rejects '%s'", (id) => {
      expect(problemsOf(() => parsePlatform(withAccounts(platform, { [name]: id }), options))).toEqual([
        { property, received: `'${id}'`, allowed: 'an AWS account ID of 12 digits' },
      ]);
    });
  });

  it('rejects one account for two cells', () => {
    const accounts = { 'prod-us': '123456789012', 'prod-eu': '123456789012' };
    const problems = problemsOf(() => parsePlatform(withAccounts(platform, accounts), options));
    expect(problems.map(({ property }) => property)).toEqual([`${cell['prod-eu']}.account`]);
  });

  it('are valid when each is real', () => {
    const accounts = Object.fromEntries(Object.keys(properties).map((name, index) => [name, `12345678901${index}`]));
    expect(problemsOf(() => parsePlatform(withAccounts(platform, accounts), options))).toEqual([]);
  });
});
