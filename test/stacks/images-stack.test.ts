import { describe, expect, it } from 'vitest';
import { platformTemplate } from '../support/platform-assembly';
import { propertiesOf } from '../support/small-app';

const cells = ['dev', 'staging', 'prod-us', 'prod-eu'];
const repositories = (path: string) => propertiesOf(platformTemplate(path), 'AWS::ECR::Repository');

describe('images', () => {
  it.each(cells)('have a repository a service, whose tags never move, which is scanned, and encrypted by our key: %s', (cell) => {
    const found = repositories(`${cell}/Images`);
    expect(found.map(({ RepositoryName }) => RepositoryName)).toEqual(
      ['ingest', 'processor', 'delivery', 'profiles'].map((name) => `${cell}/${name}`),
    );
    for (const repository of found) {
      expect(repository).toMatchObject({
        ImageTagMutability: 'IMMUTABLE',
        ImageScanningConfiguration: { ScanOnPush: true },
        EncryptionConfiguration: { EncryptionType: 'KMS', KmsKey: { 'Fn::GetAtt': [expect.stringMatching(/^Key/), 'Arn'] } },
      });
    }
  });

  it('outlive any rollback: two hundred promotions are months', () => {
    const [repository] = repositories('prod-eu/Images');
    const { LifecyclePolicyText: text } = repository?.['LifecyclePolicy'] as { readonly LifecyclePolicyText: string };
    const { rules } = JSON.parse(text) as { readonly rules: readonly { readonly selection: Readonly<Record<string, unknown>> }[] };
    // None by age: what runs is named by its digest, and may have lost its tag.
    expect(rules.map(({ selection }) => selection)).toEqual([{ tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 200 }]);
  });

  it.each([
    ['staging', 'eu-central-1'],
    ['prod-us', 'us-west-2'],
    ['prod-eu', 'eu-central-1'],
  ])('of %s are copied to %s, into the same repositories', (cell, region) => {
    expect(propertiesOf(platformTemplate(`${cell}/Images`), 'AWS::ECR::ReplicationConfiguration')).toMatchObject([
      {
        ReplicationConfiguration: {
          Rules: [{ Destinations: [{ Region: region }], RepositoryFilters: [{ Filter: `${cell}/`, FilterType: 'PREFIX_MATCH' }] }],
        },
      },
    ]);
    expect(repositories(`${cell}/RecoveryImages`).map(({ RepositoryName }) => RepositoryName)).toEqual(
      repositories(`${cell}/Images`).map(({ RepositoryName }) => RepositoryName),
    );
  });

  it('of dev are copied nowhere, and no copy is copied again', () => {
    for (const path of ['dev/Images', 'prod-eu/RecoveryImages']) {
      expect(propertiesOf(platformTemplate(path), 'AWS::ECR::ReplicationConfiguration')).toEqual([]);
    }
  });
});

describe('the connection to the repository of manifests', () => {
  it('stands in both Regions from the first day: a takeover has no time to open one', () => {
    for (const path of ['prod-eu/Images', 'prod-eu/RecoveryImages']) {
      platformTemplate(path).hasResource('AWS::CodeConnections::Connection', {
        Properties: { ConnectionName: 'prod-eu-github', ProviderType: 'GitHub' },
        DeletionPolicy: 'Retain',
      });
    }
  });
});
