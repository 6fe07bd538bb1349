import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { platformStacks } from '../support/platform-assembly';
import { render, scrub } from '../support/scrub';

/** Longer ones nobody reads in a review: a stack that outgrows it is split, or scrubbed further. */
const maximumLines = 1_000;

const snapshotOf = (path: string): string => join(__dirname, `${path}.yaml`);

// Before the first test, which would write what is missing.
const found = readdirSync(__dirname, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.yaml'))
  .sort();

const advice =
  'Update snapshots by "npx vitest run test/snapshots -u", read the difference, and commit it; a file whose stack is gone is deleted by hand.';

const stacksWithoutFile = (files: readonly string[], paths: readonly string[]): string[] =>
  paths.filter((path) => !files.includes(`${path}.yaml`));
const filesWithoutStack = (files: readonly string[], paths: readonly string[]): string[] =>
  files.filter((file) => !paths.includes(file.replace(/\.yaml$/, '')));

describe('the snapshots', () => {
  const paths = platformStacks().map(({ path }) => path);

  it('are there for every stack, and for nothing else', () => {
    expect({ missing: stacksWithoutFile(found, paths), stale: filesWithoutStack(found, paths) }, advice).toEqual({
      missing: [],
      stale: [],
    });
  });

  it('rejects a stack that has none', () => {
    expect(stacksWithoutFile(['dev/Network.yaml'], ['dev/Network', 'prod-eu/Seeded'])).toEqual(['prod-eu/Seeded']);
  });

  it('rejects a file whose stack is gone', () => {
    expect(filesWithoutStack(['dev/Network.yaml', 'prod-eu/Seeded.yaml'], ['dev/Network'])).toEqual(['prod-eu/Seeded.yaml']);
  });

  it.each(platformStacks())('pin the output of $path', async ({ path, templateFile }) => {
    const text = render(scrub(JSON.parse(readFileSync(templateFile, 'utf8'))));
    expect(text.split('\n').length, path).toBeLessThan(maximumLines);
    await expect(text, advice).toMatchFileSnapshot(snapshotOf(path));
  });
});

describe('what a snapshot leaves out', () => {
  const text = (resource: object): string => render(scrub({ Resources: { Seeded: resource } }));

  it('is what changes by itself: tags, metadata, hashes of assets, the bootstrap stack', () => {
    const template = {
      Parameters: { BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>' } },
      Rules: { CheckBootstrapVersion: {} },
      Resources: {
        Handler: {
          Type: 'AWS::Lambda::Function',
          Properties: {
            Code: { S3Bucket: 'cdk-hnb659fds-assets-1-eu-west-1', S3Key: `${'ab'.repeat(32)}.zip` },
            Tags: [{ Key: 'cell', Value: 'a' }],
          },
          Metadata: { 'aws:cdk:path': 'a' },
        },
      },
    };
    expect(render(scrub(template))).toBe(
      [
        'Resources:',
        '  Handler:',
        '    Type: AWS::Lambda::Function',
        '    Properties:',
        '      Code: { S3Bucket: cdk-assets-1-eu-west-1, S3Key: ASSET.zip }',
        '',
      ].join('\n'),
    );
  });

  it('is not a parameter of ours, nor a deletion policy', () => {
    expect(render(scrub({ Parameters: { Ours: { Type: 'String' } }, Resources: {} }))).toContain('Ours');
    expect(text({ Type: 'AWS::S3::Bucket', DeletionPolicy: 'Retain' })).toContain('DeletionPolicy: Retain');
  });

  it('rejects that two different values look the same', () => {
    const values = ['true', true, '1', 1, null, 'null', '', "it's", 'a: b', '- a', 'a\nb', [], {}, ['a', 'b'], ['a, b'], { a: 'b' }];
    expect(new Set(values.map((value) => text({ Type: 'T', Properties: { Value: value } }))).size).toBe(values.length);
  });
});
