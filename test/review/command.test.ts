import { describe, expect, it } from 'vitest';
import { patience, runNode } from '../support/run-cdk';
import { assembly, resources } from './assembly';

const run = async (...args: string[]) => runNode(['-r', 'ts-node/register', 'bin/review.ts', ...args]);

const stores = assembly(resources({ Events: { type: 'AWS::Kinesis::Stream', properties: { Name: 'events' } } }));
const none = assembly(undefined);
const shorter = assembly(resources({ Events: { type: 'AWS::Kinesis::Stream', properties: { Name: 'events', RetentionPeriodHours: 24 } } }));
const longer = assembly(resources({ Events: { type: 'AWS::Kinesis::Stream', properties: { Name: 'events', RetentionPeriodHours: 48 } } }));

describe.concurrent('the review command', patience, () => {
  it('says that nothing changes', async () => {
    expect(await run(stores, stores)).toMatchObject({ exitCode: 0, stdout: 'Nothing changes.\n', stderr: '' });
  });

  it('tells a loss in a line, with what to do in its place', async () => {
    const { exitCode, stdout, stderr } = await run(longer, shorter);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr:
        'LOSS Stores Events: RetentionPeriodHours from 48 to 24: records that are older are gone at once. Instead: Only when every consumer is through\n',
    });
    expect(stdout).toContain('Stores  updates  AWS::Kinesis::Stream  Events      RetentionPeriodHours');
  });

  it('tells what is left behind under a heading of its own, and passes once it is named', async () => {
    const [unnamed, named] = await Promise.all([run(stores, none), run('--without', 'Stores', stores, none)]);
    expect(unnamed.exitCode).toBe(1);
    expect(unnamed.stderr.split('\n').map((line) => line.split(':')[0])).toEqual(['LEFT BEHIND Stores -', 'LEFT BEHIND Stores Events', '']);
    expect(named.exitCode).toBe(0);
    expect(named.stderr.split('\n').map((line) => line.split(':')[0])).toEqual(['MEANT Stores -', 'MEANT Stores Events', '']);
  });

  it('prints all of it as JSON', async () => {
    const { exitCode, stdout } = await run('--json', '--without', 'Stores', stores, none);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ changes: [{ impact: 'leaves behind' }], losses: [], leftBehind: [], meant: [{}, {}] });
  });

  it('explains what may be meant', async () => {
    const { exitCode, stdout } = await run('--help');
    expect(exitCode).toBe(0);
    for (const word of ['--without WHAT', 'STACK ', 'STACK/ID ', 'STACK/ID/PREFIX', 'Exits with 0']) expect(stdout).toContain(word);
  });

  it.each([
    ['one folder', [stores], 'folders: received 1; allowed: two assemblies'],
    ['a folder without an assembly', [stores, 'docs'], "folder: received 'docs'; allowed: an assembly, which has a manifest.json"],
    ['a word that answers nothing', ['--without', 'Store', stores, none], "--without: received 'Store'; allowed: Stores"],
    ['an unknown option', ['--wihtout', 'Stores', stores, none], '--wihtout'],
  ])('rejects %s with the usage, and no stack trace', async (_, args, message) => {
    const { exitCode, stderr } = await run(...args);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).toContain('Usage: npm run -s review');
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});
