import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pricedRegions, priceOf } from '../../lib/cost/price-sheet';
import rows from '../../lib/cost/prices.json';

const regions = ['us-east-1', 'us-west-2', 'eu-west-1', 'eu-central-1'];

describe('the price sheet', () => {
  it('prices exactly the four Regions of the platform', () => {
    expect(pricedRegions()).toEqual(regions);
    for (const row of rows) expect(Object.keys(row.prices), row.item).toEqual(regions);
  });

  it('says unit, source and date of every price', () => {
    for (const { service, item, unit, source, asOf, prices } of rows) {
      expect(service.trim() && item.trim() && unit.trim() && source.trim(), item).not.toBe('');
      if (Object.values(prices).some((usd) => usd !== null)) {
        expect(asOf, item).toMatch(/\b20\d\d\b|^undated$/);
        expect(source, item).not.toBe('none found');
      }
    }
  });

  it('has each item once', () => {
    const keys = rows.map(({ service, item }) => `${service}: ${item}`);
    expect(keys.filter((key, index) => keys.indexOf(key) < index)).toEqual([]);
  });

  it('has no price below zero, and free items only where all Regions have them free', () => {
    for (const { item, prices } of rows) {
      const known = Object.values(prices).filter((usd) => usd !== null);
      expect(known.every((usd) => usd > 0) || known.every((usd) => usd === 0), item).toBe(true);
    }
  });
});

describe('priceOf', () => {
  it.each([
    ['VPC', 'NAT gateway hour', 'us-east-1', 0.045, 'USD per hour'],
    ['VPC', 'NAT gateway hour', 'eu-central-1', 0.052, 'USD per hour'],
    ['EC2', 'm7g.large Linux on-demand, shared tenancy', 'eu-west-1', 0.091, 'USD per hour'],
    // Free is a price, too.
    ['VPC', 'Gateway endpoint (S3, DynamoDB)', 'eu-west-1', 0, 'USD per hour or GB'],
  ])('has the own price of %s, %s, in %s', (service, item, region, usd, unit) => {
    expect(priceOf(service, item, region)).toEqual({ usd, unit, estimated: false });
  });

  // By hand: m7g.large costs 0.0816 USD an hour in us-east-1 and us-west-2, 0.091 in eu-west-1, 0.0978 in eu-central-1.
  it.each([
    ['Transit Gateway', 'Data processed', 'us-west-2', 0.02],
    ['Transit Gateway', 'Data processed', 'eu-west-1', 0.0223039],
    ['Transit Gateway', 'Data processed', 'eu-central-1', 0.0239706],
    ['WAF', 'Web ACL', 'eu-west-1', 5.5759804],
  ])('estimates %s, %s, in %s by the ratio of EC2 prices, and says so', (service, item, region, usd) => {
    const price = priceOf(service, item, region);
    expect(price.estimated).toBe(true);
    expect(price.usd).toBeCloseTo(usd, 6);
  });

  it('takes a ratio over as it is, since it is no money', () => {
    const item = 'Auto Mode management fee, other instance types (share of EC2 on-demand price)';
    expect(priceOf('EKS', item, 'eu-west-1')).toEqual({ usd: 0.12, unit: 'fraction of on-demand instance price', estimated: true });
    expect(() => priceOf('EKS', item, 'eu-west-2')).toThrow(RangeError);
  });

  it('marks a price as estimated exactly where the sheet has none of the Region', () => {
    const priced = rows.filter(({ prices }) => prices['us-east-1'] !== null);
    for (const { service, item, unit, prices } of priced) {
      for (const [region, own] of Object.entries(prices)) {
        const price = priceOf(service, item, region);
        expect(price, `${item} in ${region}`).toMatchObject({ unit, estimated: own === null });
        expect(price.usd, `${item} in ${region}`).toBeGreaterThanOrEqual(0);
        if (own !== null) expect(price.usd, `${item} in ${region}`).toBe(own);
      }
    }
  });

  it('rejects an unknown item', () => {
    const error = "item: received 'VPC: NAT gateway day'; allowed: an item of lib/cost/prices.json";
    expect(() => priceOf('VPC', 'NAT gateway day', 'us-east-1')).toThrow(new RangeError(error));
    expect(() => priceOf('EC2', 'NAT gateway hour', 'us-east-1')).toThrow(RangeError);
  });

  it.each(['eu-west-2', 'us-east-2', 'EU-WEST-1', '', 'toString', '__proto__'])(
    "rejects the Region '%s', with the list of priced ones",
    (region) => {
      expect(() => priceOf('VPC', 'NAT gateway hour', region)).toThrow(
        new RangeError(
          `region: received '${region}' for 'VPC: NAT gateway hour'; allowed: us-east-1, us-west-2, eu-west-1, eu-central-1, with a price in us-east-1`,
        ),
      );
    },
  );

  it('rejects an estimate of an item without a price in us-east-1', () => {
    expect(() => priceOf('RDS Proxy', 'Proxy per ACU of Aurora Serverless v2', 'eu-west-1')).toThrow(RangeError);
    expect(priceOf('RDS Proxy', 'Proxy per ACU of Aurora Serverless v2', 'us-west-2')).toMatchObject({ usd: 0.015, estimated: false });
  });

  it('throws nothing but a RangeError', () => {
    const service = fc.oneof(fc.string(), fc.constantFrom(...rows.map((row) => row.service)));
    const item = fc.oneof(fc.string(), fc.constantFrom(...rows.map((row) => row.item)));
    fc.assert(
      fc.property(service, item, fc.oneof(fc.string(), fc.constantFrom(...regions)), (...wanted) => {
        try {
          expect(priceOf(...wanted).usd).toBeGreaterThanOrEqual(0);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
      { numRuns: 300 },
    );
  });
});
