import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cidrsOverlap, parseCidr, type Cidr } from '../../lib/config/cidr';

// The model counts in bits, as text, where the code counts in numbers.
const bits = (address: readonly number[]): string => address.map((octet) => octet.toString(2).padStart(8, '0')).join('');
const octets = (binary: string): readonly number[] => [0, 8, 16, 24].map((from) => parseInt(binary.slice(from, from + 8), 2));

interface Network {
  readonly text: string;
  /** The bits that all its addresses begin with. */
  readonly common: string;
}

const networkOf = (address: readonly number[], prefix: number): Network => {
  const common = bits(address).slice(0, prefix);
  return { text: `${octets(common.padEnd(32, '0')).join('.')}/${prefix}`, common };
};

const privateRanges = [networkOf([10, 0, 0, 0], 8), networkOf([172, 16, 0, 0], 12), networkOf([192, 168, 0, 0], 16)].map(
  ({ common }) => common,
);

const isPrivate = ({ common }: Network): boolean => privateRanges.some((range) => common.startsWith(range));

const octet = fc.integer({ min: 0, max: 255 });
const address = fc.oneof(
  fc.tuple(fc.constant(10), octet, octet, octet),
  // Narrow, so that two of them often meet.
  fc.tuple(fc.constant(10), fc.constant(0), fc.integer({ min: 0, max: 3 }), octet),
  fc.tuple(fc.constant(172), fc.integer({ min: 14, max: 33 }), octet, octet),
  fc.tuple(fc.constant(192), fc.integer({ min: 167, max: 169 }), octet, octet),
  fc.tuple(octet, octet, octet, octet),
);
const prefix = fc.integer({ min: 0, max: 32 });
const network = fc.tuple(address, prefix).map(([start, length]) => networkOf(start, length));
const privateNetwork = network.filter(isPrivate);
/** Two networks in one of 256 addresses: few enough to look at each. */
const small = fc.tuple(octet, fc.integer({ min: 24, max: 32 })).map(([last, length]) => networkOf([10, 0, 0, last], length));

function parsed({ text }: Network): Cidr {
  const cidr = parseCidr(text);
  if (!cidr) throw new Error(`${text} is a private network`);
  return cidr;
}

const addressesIn = (from: number, to: number): readonly number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe('parseCidr', () => {
  it('takes a network exactly if all of it is private', () => {
    fc.assert(
      fc.property(network, (candidate) => {
        expect(parseCidr(candidate.text) !== undefined).toBe(isPrivate(candidate));
      }),
      { numRuns: 500 },
    );
  });

  it('finds the first address, the last one and the prefix', () => {
    fc.assert(
      fc.property(privateNetwork, (candidate) => {
        const { common } = candidate;
        expect(parsed(candidate)).toEqual({
          prefix: common.length,
          first: Number(BigInt(`0b${common.padEnd(32, '0')}`)),
          last: Number(BigInt(`0b${common.padEnd(32, '1')}`)),
        });
      }),
      { numRuns: 500 },
    );
  });

  it('rejects an address with bits behind the prefix', () => {
    fc.assert(
      fc.property(address, prefix, (start, length) => {
        fc.pre(bits(start).slice(length).includes('1'));
        expect(parseCidr(`${start.join('.')}/${length}`)).toBeUndefined();
      }),
    );
  });

  it.each([
    ['10.016.0.0/16', '010.0.0.0/16', '10.0.0.00/16', '10.0.0.0/08'],
    ['', '10.0.0.0', '10.0.0.0/', '/16', '10.0.0/16', '10.0.0.0.0/16', '10.0.0.0/33', '10.0.0.0/-1', '10.0.0.0/16.0'],
    [
      '10.256.0.0/16',
      '10.0.256.0/24',
      '10.0.0.256/32',
      '10.-1.0.0/16',
      '10.0x1.0.0/16',
      '10.1e1.0.0/16',
      '10.0.0.0\\16',
      'fd00::/16',
      '::ffff:10.0.0.0/16',
    ],
    [' 10.0.0.0/16', '10.0.0.0/16 ', '10.0.0.0/16\n', '10. 0.0.0/16', '１０.0.0.0/16', '10.0.0.0/16/16'],
  ])('rejects %s and other texts that are no network', (...texts) => {
    for (const text of texts) expect(parseCidr(text), JSON.stringify(text)).toBeUndefined();
  });

  it.each([
    '9.255.0.0/16',
    '11.0.0.0/16',
    '172.15.0.0/16',
    '172.32.0.0/16',
    '192.167.0.0/16',
    '192.169.0.0/16',
    '100.64.0.0/16',
    '0.0.0.0/0',
  ])('rejects %s, which is not private', (text) => {
    expect(parseCidr(text)).toBeUndefined();
  });

  it.each(['10.0.0.0/8', '10.255.0.0/16', '172.16.0.0/12', '172.31.255.255/32', '192.168.0.0/16', '10.0.0.0/31'])(
    'takes %s, the edge of a private range',
    (text) => {
      expect(parseCidr(text)).toBeDefined();
    },
  );

  it('throws on no text', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom(...'0123456789./') }),
      fc.stringMatching(/^[\d.]{7,16}\/\d{1,3}$/),
    );
    fc.assert(
      fc.property(text, (candidate) => {
        expect(() => parseCidr(candidate)).not.toThrow();
      }),
      { numRuns: 500 },
    );
  });
});

describe('cidrsOverlap', () => {
  it('agrees with a look at every address of small networks', () => {
    fc.assert(
      fc.property(small, small, (one, other) => {
        const [a, b] = [parsed(one), parsed(other)];
        const inB = new Set(addressesIn(b.first, b.last));
        expect(cidrsOverlap(a, b)).toBe(addressesIn(a.first, a.last).some((candidate) => inB.has(candidate)));
      }),
      { numRuns: 300 },
    );
  });

  it('agrees with the bits of any networks: two of them meet only if one holds the other', () => {
    fc.assert(
      fc.property(privateNetwork, privateNetwork, (one, other) => {
        const meet = one.common.startsWith(other.common) || other.common.startsWith(one.common);
        expect(cidrsOverlap(parsed(one), parsed(other))).toBe(meet);
      }),
      { numRuns: 500 },
    );
  });

  it('is symmetric, and true of a network and itself', () => {
    fc.assert(
      fc.property(privateNetwork, privateNetwork, (one, other) => {
        const [a, b] = [parsed(one), parsed(other)];
        expect(cidrsOverlap(a, b)).toBe(cidrsOverlap(b, a));
        expect(cidrsOverlap(a, a)).toBe(true);
      }),
    );
  });

  it.each([
    ['10.0.0.0/16', '10.1.0.0/16', false],
    ['10.0.0.0/16', '10.0.255.255/32', true],
    ['10.0.0.0/15', '10.1.0.0/16', true],
    ['10.0.0.0/8', '172.16.0.0/12', false],
  ])('of %s and %s is %s', (one, other, expected) => {
    expect(cidrsOverlap(parsed({ text: one, common: '' }), parsed({ text: other, common: '' }))).toBe(expected);
  });
});
