import { describe, expect, it } from 'vitest';
import { apiAddress, dnsAddress, internet, privateSubnets, publicSubnets } from '../../lib/gitops/addresses';

const number = (address: string) => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
const holds = (cidr: string, address: string): boolean => {
  const [first = '', prefix = ''] = cidr.split('/');
  const size = 2 ** (32 - Number(prefix));
  return Math.floor(number(first) / size) === Math.floor(number(address) / size);
};
const isIn = (cidrs: readonly string[], address: string) => cidrs.some((cidr) => holds(cidr, address));

describe('the internet', () => {
  it.each([
    '1.1.1.1',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '169.253.255.255',
    '169.255.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '192.167.255.255',
    '192.169.0.0',
    '223.255.255.255',
  ])('has %s', (address) => {
    expect(isIn(internet, address)).toBe(true);
  });

  it.each([
    '10.0.0.0',
    '10.48.3.4',
    '10.255.255.255',
    '100.64.0.1',
    '169.254.169.254',
    '169.254.170.23',
    '172.16.0.0',
    '172.20.0.10',
    '172.31.255.255',
    '192.168.1.1',
    '224.0.0.1',
    '255.255.255.255',
  ])('has not %s: ours, the host, or nobody', (address) => {
    expect(isIn(internet, address)).toBe(false);
  });

  it('is said in networks that do not overlap, and are as they must be written', () => {
    const ranges = internet.map((cidr) => {
      const [first = '', prefix = ''] = cidr.split('/');
      return { first: number(first), size: 2 ** (32 - Number(prefix)) };
    });
    for (const { first, size } of ranges) expect(first % size).toBe(0);
    for (const [index, { first, size }] of ranges.entries()) expect(first + size).toBeLessThanOrEqual(ranges[index + 1]?.first ?? 2 ** 32);
  });
});

describe('a network', () => {
  it('is cut as the plan says', () => {
    expect([privateSubnets('10.48.0.0/16'), publicSubnets('10.48.0.0/16')]).toEqual(['10.48.0.0/17', '10.48.128.0/20']);
    expect([apiAddress('172.20.0.0/16'), dnsAddress('172.20.0.0/16')]).toEqual(['172.20.0.1/32', '172.20.0.10/32']);
  });
});
