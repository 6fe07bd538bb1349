/** What clients are told of the firewall's answers, held against what the firewall answers [SLO-2]. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROBLEM_BASE } from '../../lib/api/problems';
import { platformTemplate } from '../support/platform-assembly';
import { propertiesOf } from '../support/small-app';
import { contract } from './contracts';

interface Rule {
  readonly Name: string;
  readonly Action?: {
    readonly Block?: {
      readonly CustomResponse?: {
        readonly ResponseCode: number;
        readonly ResponseHeaders?: readonly { readonly Name: string; readonly Value: string }[];
      };
    };
  };
}

const [acl = {}] = propertiesOf(platformTemplate('prod-eu/Edge'), 'AWS::WAFv2::WebACL');
const rules = acl['Rules'] as readonly Rule[];
const document = readFileSync(join(__dirname, '../../docs/02-data/api.md'), 'utf8');
const responses = (contract as { readonly components: { readonly responses: Readonly<Record<string, { readonly description: string }>> } })
  .components.responses;

/** Rows of the table of answers that are not ours, by status. */
const rowOf = (status: number): string => document.split('\n').find((line) => line.startsWith(`| ${status} | firewall |`)) ?? '';

describe('the answers of the firewall', () => {
  it('are, of rate limits, those that clients are told of', () => {
    const limits = rules.flatMap(({ Action }) => Action?.Block?.CustomResponse ?? []);
    expect(limits.length).toBeGreaterThan(0);
    for (const { ResponseCode: status, ResponseHeaders: headers = [] } of limits) {
      const after = headers.find(({ Name }) => Name === 'Retry-After')?.Value;
      expect(rowOf(status)).toContain(`\`Retry-After: ${String(after)}\``);
      expect(responses['RateLimited']?.description).toContain(`Retry-After is ${String(after)}`);
    }
    expect(JSON.stringify(acl['CustomResponseBodies'])).not.toContain(PROBLEM_BASE);
  });

  it('are 403 of the other rules, addresses of ill repute among them, and are repeated', () => {
    const managed = rules.filter(({ Action }) => Action === undefined).map(({ Name }) => Name);
    expect(managed).toContain('AWSManagedRulesAmazonIpReputationList');
    expect(rowOf(403)).toContain('**Repeat later**');
    expect(rowOf(403)).not.toContain('too many requests');
    expect(responses['Forbidden']?.description).toMatch(/Without a problem type of ours .* repeat the request later/);
  });

  it('come before the advice to set an event aside, which would lose it', () => {
    const advice = document.slice(document.indexOf('## To who writes a client'));
    const [repeated, aside] = [advice.indexOf('A 403 without a problem type of ours'), advice.indexOf('Any other 4xx')];
    expect(repeated).toBeGreaterThan(0);
    expect(aside).toBeGreaterThan(repeated);
  });
});
