import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cliArguments, priceIn, priceQueries, refresh, type Row } from '../../lib/cost/price-refresh';
import sheet from '../../lib/cost/prices.json';
import { patience, runNode } from '../support/run-cdk';

/** Of the form in the AWS Price List API Reference, "GetProducts", read 2026-11; written down from it, not recorded from the API. */
const product = (usagetype: string, usd: string, beginRange = '0', attributes: Readonly<Record<string, string>> = {}): string =>
  JSON.stringify({
    product: { productFamily: 'NAT Gateway', attributes: { regionCode: 'eu-west-1', usagetype, ...attributes }, sku: 'AAAAAAAAAAAAAAAA' },
    serviceCode: 'AmazonEC2',
    terms: {
      OnDemand: {
        'AAAAAAAAAAAAAAAA.JRTCKXETXF': {
          priceDimensions: {
            'AAAAAAAAAAAAAAAA.JRTCKXETXF.6YS6EN2CT7': {
              unit: 'Hrs',
              beginRange,
              endRange: 'Inf',
              description: 'An hour',
              appliesTo: [],
              pricePerUnit: { USD: usd },
            },
          },
          effectiveDate: '2026-11-01T00:00:00Z',
          termAttributes: {},
        },
      },
    },
    version: '20261118000000',
    publicationDate: '2026-11-18T21:12:40Z',
  });
const answerOf = (...products: readonly string[]) => ({ FormatVersion: 'aws_v1', PriceList: products });

const nat = priceQueries.find(({ item }) => item === 'NAT gateway hour');
if (!nat) throw new RangeError('priceQueries: received none of NAT; allowed: the list as it is');
const requests = { ...nat, scale: 1e6 };

describe('a price in an answer of the price list API', () => {
  it('is found by its attributes, in the unit of the sheet', () => {
    const answer = answerOf(product('EU-NatGateway-Bytes', '0.0480000000'), product('EU-NatGateway-Hours', '0.0490000000'));
    expect(priceIn(answer, nat)).toEqual({ usd: 0.049, asOf: '2026-11-18' });
    expect(priceIn(answerOf(product('NatGateway-Hours', '0.0000004000')), requests)?.usd).toBe(0.4);
  });

  it('is that of the tier, and not of what is free', () => {
    const answer = answerOf(product('EU-NatGateway-Hours', '0.0000000000'), product('EU-NatGateway-Hours', '0.05', '100'));
    expect(priceIn(answer, nat)).toBeUndefined();
    expect(priceIn(answer, { ...nat, beginRange: '100' })?.usd).toBe(0.05);
  });

  it('rejects two prices, and an answer of another form', () => {
    expect(() => priceIn(answerOf(product('EU-NatGateway-Hours', '0.04'), product('EU-NatGateway-Hours', '0.05')), nat)).toThrow(
      'received 0.04 and 0.05',
    );
    for (const answer of [null, {}, { PriceList: 'no' }, []]) expect(() => priceIn(answer, nat)).toThrow(RangeError);
  });
});

describe('the refresh of the sheet', () => {
  const rows = sheet as readonly Row[];
  const answers = (serviceCode: string, region: string) =>
    serviceCode === 'AmazonEC2' && region === 'eu-west-1' ? answerOf(product('EU-NatGateway-Hours', '0.0500000000')) : { PriceList: [] };

  it('changes what differs, with source and day, and leaves the rest', () => {
    const { rows: next, changes, left } = refresh(rows, ['eu-west-1'], answers);
    expect(changes).toEqual(['VPC: NAT gateway hour in eu-west-1: 0.048 -> 0.05']);
    const changed = next.filter((row, index) => row !== rows[index]);
    expect(changed).toHaveLength(1);
    expect(changed[0]).toMatchObject({ item: 'NAT gateway hour', prices: { 'us-east-1': 0.045, 'eu-west-1': 0.05 } });
    expect(changed[0]?.source).toMatch(/^AWS Price List API, GetProducts; /);
    expect(changed[0]?.asOf).toMatch(/^2026-11-18 eu-west-1; /);
    expect(left).toContain('VPC: NAT gateway data processed in eu-west-1: not found');
  });

  it('asks for rows that are on the sheet, each once', () => {
    for (const { service, item } of priceQueries)
      expect(
        rows.filter((row) => row.service === service && row.item === item),
        item,
      ).toHaveLength(1);
    expect(cliArguments('AmazonEC2', 'eu-west-1')).toContain('Type=TERM_MATCH,Field=regionCode,Value=eu-west-1');
  });

  it('never loses a row, nor makes a price below zero', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('NatGateway-Hours', 'EU-NatGateway-Bytes', 'x'), fc.double({ min: -1, max: 10, noNaN: true })), {
          maxLength: 4,
        }),
        (given) => {
          const { rows: next } = refresh(rows, ['us-east-1'], () =>
            answerOf(...given.map(([usagetype, usd]) => product(usagetype, String(usd)))),
          );
          expect(next.map(({ item }) => item)).toEqual(rows.map(({ item }) => item));
          for (const { prices } of next) for (const usd of Object.values(prices)) expect(usd ?? 0).toBeGreaterThanOrEqual(0);
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe.concurrent('the prices command', patience, () => {
  const run = async (...args: string[]) => runNode(['-r', 'ts-node/register', 'bin/prices.ts', ...args]);

  it('prints what differs, and exits with 1; with 0 where nothing does', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'prices-'));
    expect((await run('--answers', folder)).exitCode).toBe(0);
    writeFileSync(join(folder, 'AmazonEC2-eu-west-1.json'), JSON.stringify(answerOf(product('EU-NatGateway-Hours', '0.0500000000'))));
    const { exitCode, stdout } = await run('--answers', folder);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: 'VPC: NAT gateway hour in eu-west-1: 0.048 -> 0.05\n' });
  });

  it('rejects a run that can ask nobody, with 2', async () => {
    const { exitCode, stderr } = await runNode(['-r', 'ts-node/register', 'bin/prices.ts'], { PATH: '/nonexistent' });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('Usage: npm run -s prices');
  });
});
