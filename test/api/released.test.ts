import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../lib/api/compatibility/document';
import { breakingChanges, twelveMonthsAfter } from '../../lib/api/compatibility/operations';
import { isLater, judgeContract, parseReleases, type Release } from '../../lib/api/releases';
import { contract, drop, folder, readContract, set } from './contracts';

const released = join(folder, 'released');
const releases = parseReleases(JSON.parse(readFileSync(join(released, 'releases.json'), 'utf8')));
const digest = (text: string | Buffer) => createHash('sha256').update(text).digest('hex');
const ofVersion = ({ version }: Release): Json => readContract(`released/v${version}.yaml`);
const [first] = releases;
if (!first) throw new Error('nothing is released');

/** Releases whose file is not what was released. */
const altered = (read: (file: string) => string | Buffer) =>
  releases.filter(({ version, sha256 }) => digest(read(join(released, `v${version}.yaml`))) !== sha256).map(({ version }) => version);

describe('released contracts', () => {
  it('are as they were released, and nothing else is there', () => {
    expect(altered((file) => readFileSync(file))).toEqual([]);
    expect(readdirSync(released).sort()).toEqual(['releases.json', ...releases.map(({ version }) => `v${version}.yaml`)].sort());
  });

  it('rejects one of which a space changed', () => {
    expect(altered((file) => `${readFileSync(file, 'utf8')} `)).toEqual(releases.map(({ version }) => version));
  });

  it('begin with 1.0.0, whose clients are served for 12 months at least [TIM-1]', () => {
    expect(first).toMatchObject({ version: '1.0.0', earliestRemoval: twelveMonthsAfter(first.releasedOn) });
  });

  it('break no client of the one before', () => {
    const breaks = releases.slice(1).flatMap((release, index) => {
      const before = releases[index];
      return before ? breakingChanges(ofVersion(before), ofVersion(release), release.releasedOn) : [];
    });
    expect(breaks).toEqual([]);
  });

  it('are followed by the contract of today', () => {
    const last = releases.at(-1) ?? first;
    expect(judgeContract(contract, { release: last, contract: ofVersion(last) })).toEqual({ breaking: [] });
  });
});

describe('the version of a contract', () => {
  const contract = ofVersion(first);
  const last = { release: first, contract };
  const longer = set(['components', 'schemas', 'PersonId', 'maxLength'], 512)(contract);
  const versioned = (version: string, from: Json = longer) => set(['info', 'version'], version)(from);

  it('may stay while nothing but words change', () => {
    expect(judgeContract(set(['info', 'description'], 'Other words.')(contract), last)).toEqual({ breaking: [] });
  });

  it('is raised with the contract', () => {
    expect(judgeContract(versioned('1.1.0'), last)).toEqual({ breaking: [] });
  });

  it.each([
    ['that stays although the contract says something else', longer],
    ['before the released one', versioned('0.9.0')],
  ])('rejects one %s', (_, after) => {
    expect(judgeContract(after, last).versionProblem).toMatch(/allowed: one after 1.0.0/);
  });

  it('rejects what is no version', () => {
    expect(() => judgeContract(versioned('v2'), last)).toThrow(/three numbers/);
  });

  it('is compared by numbers', () => {
    expect([isLater('1.10.0', '1.9.9'), isLater('2.0.0', '1.10.0'), isLater('1.0.0', '1.0.0'), isLater('1.0.0', '1.0.1')]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it('lets an operation go on the day that is asked for, and on none before the release', () => {
    const operation = ['paths', '/v1/profiles/lookup', 'post'];
    const deprecated = set([...operation, 'x-sunset'], '2027-12-01')(set([...operation, 'deprecated'], true)(contract));
    const gone = versioned('2.0.0', drop('paths', '/v1/profiles/lookup')(contract));
    const against = { release: first, contract: deprecated };
    expect(judgeContract(gone, against, '2027-12-01').breaking).toEqual([]);
    expect(judgeContract(gone, against).breaking).toHaveLength(1);
    expect(judgeContract(gone, against, '2027-11-30').breaking).toHaveLength(1);
    expect(() => judgeContract(gone, against, 'soon')).toThrow(/YYYY-MM-DD/);
  });

  it('rejects a sunset 12 months after a day before the release', () => {
    const operation = ['paths', '/v1/profiles/lookup', 'post'];
    const hurried = versioned('1.1.0', set([...operation, 'x-sunset'], '2027-06-01')(set([...operation, 'deprecated'], true)(contract)));
    expect(judgeContract(hurried, last, '2026-01-01').breaking).toMatchObject([{ rule: 'sunset-too-early' }]);
  });
});

describe('the register of releases', () => {
  const one: Release = { version: '1.0.0', releasedOn: '2026-11-25', earliestRemoval: '2027-11-25', sha256: digest('one') };

  it('holds releases in their order', () => {
    const two = { ...one, version: '1.1.0', releasedOn: '2027-01-01', earliestRemoval: '2028-06-01' };
    expect(parseReleases([one, two])).toEqual([one, two]);
  });

  it.each([
    [
      'a removal within 12 months',
      [{ ...one, earliestRemoval: '2027-11-24' }],
      '1.0.0: earliestRemoval: received 2027-11-24; allowed: 2027-11-25 or later [TIM-1]',
    ],
    ['a version that does not come after', [one, one], '1.0.0: comes after 1.0.0'],
    ['a release before the one before', [one, { ...one, version: '1.1.0', releasedOn: '2026-11-24' }], '1.1.0: is older than 1.0.0'],
    ['a day that is none', [{ ...one, releasedOn: '2026-13-01' }], '0.releasedOn: allowed: a day as YYYY-MM-DD'],
    ['a digest that is none', [{ ...one, sha256: 'abc' }], '0.sha256'],
    ['a key that matches nothing', [{ ...one, note: 'x' }], 'note'],
  ])('rejects %s', (_, list, message) => {
    expect(() => parseReleases(list)).toThrow(message);
  });
});
