import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/fixtures';
import { patience, runNode } from '../support/run-cdk';
import { folder } from './contracts';

const run = async (...args: string[]) => runNode(['-r', 'ts-node/register', 'bin/api.ts', ...args]);
const released = join(folder, 'released');
const text = readFileSync(join(released, 'v1.0.0.yaml'), 'utf8');

/** The first contract with other words in it, and the folder of releases as it was then. */
function copy(replacements: Readonly<Record<string, string>> = {}): { readonly args: readonly string[]; readonly register: () => string } {
  const place = temporaryFolder();
  const contract = join(place, 'openapi.yaml');
  const register = join(place, 'releases.json');
  const [first] = JSON.parse(readFileSync(join(released, 'releases.json'), 'utf8')) as readonly object[];
  writeFileSync(join(place, 'v1.0.0.yaml'), text);
  writeFileSync(register, JSON.stringify([first]));
  for (const from of Object.keys(replacements)) if (!text.includes(from)) throw new Error(`${from} is nowhere`);
  writeFileSync(
    contract,
    Object.entries(replacements).reduce((now, [from, to]) => now.replace(from, to), text),
  );
  return { args: ['--contract', contract, '--released', place], register: () => readFileSync(register, 'utf8') };
}

describe.concurrent('npm run api', patience, () => {
  it('finds nothing in the contract of today', async () => {
    expect(await run('check')).toMatchObject({
      exitCode: 0,
      stderr: '',
      stdout: expect.stringMatching(/^0 findings against \d+\.\d+\.\d+ of /) as string,
    });
  });

  it('rejects a change that breaks clients, and says all that is wrong at once, with the place, the old and the new', async () => {
    const { exitCode, stderr, stdout } = await run(
      'check',
      ...copy({ 'maxItems: 500': 'maxItems: 100', 'operationId: lookUpProfile': 'operationId: sendEvent' }).args,
    );
    expect(exitCode).toBe(1);
    expect(stderr).toContain('LINT operation-operationId-unique');
    expect(stderr).toContain(
      'BREAKING operation-renamed #/paths/~1v1~1profiles~1lookup/post/operationId\n   before: "lookUpProfile"\n   after:  "sendEvent"',
    );
    expect(stderr).toContain(
      'BREAKING request-narrowed #/components/schemas/EventBatch/properties/events/maxItems\n   before: 500\n   after:  100',
    );
    expect(stderr).toContain('VERSION info.version is 1.0.0; allowed: one after 1.0.0, which is released');
    expect(stdout).toMatch(/^4 findings/);
  });

  it('releases a contract that was raised and breaks nobody', async () => {
    const { args, register } = copy({ 'version: 1.0.0': 'version: 1.1.0', 'maxItems: 500': 'maxItems: 1000' });
    expect(await run('release', '1.1.0', '--on', '2027-02-01', ...args)).toMatchObject({ exitCode: 0 });
    const releases = JSON.parse(register()) as readonly object[];
    expect(releases.at(-1)).toMatchObject({ version: '1.1.0', releasedOn: '2027-02-01', earliestRemoval: '2028-02-01' });
    expect(await run('check', ...args)).toMatchObject({ exitCode: 0, stdout: '0 findings against 1.1.0 of 2027-02-01\n' });
    expect((await run('release', '1.1.0', '--on', '2027-02-01', ...args)).stderr).toContain('1.1.0 is released already');
  });

  it('rejects the release of what breaks clients', async () => {
    const { args, register } = copy({ 'version: 1.0.0': 'version: 1.1.0', 'maxItems: 500': 'maxItems: 100' });
    const before = register();
    expect(await run('release', '1.1.0', '--on', '2027-02-01', ...args)).toMatchObject({ exitCode: 1 });
    expect(register()).toBe(before);
  });

  it.each([
    [['release', '1.1.0'], 'Say --on'],
    [['release', '1.1.0', '--on', '2027-02-01'], 'info.version is 1.0.0; allowed: 1.1.0'],
    [['release', '1.0.0', '--on', '2027-02-01'], '1.0.0 is released already'],
    [['check', '--on', 'soon'], 'YYYY-MM-DD'],
    [['publish'], 'Say check, or release and a version'],
    [[], 'Say check'],
  ])('rejects %j with 2, and says how it is meant', async (args, message) => {
    const { exitCode, stderr } = await run(...args, ...copy().args);
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining(message) as string });
    expect(stderr).toContain('Usage: npm run -s api');
  });
});
