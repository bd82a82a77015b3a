import { BlockList, isIP } from 'node:net';
import { aSystem } from '@qiongtong/testing';
import fc from 'fast-check';
import { isRegisteredAddress, wordsOf } from './addresses';

const registered = (addresses: readonly string[], address: string | null) =>
  isRegisteredAddress(aSystem({ addresses }), address);

describe('[R14.7] the addresses a system calls from', () => {
  it.each<[string, readonly string[], string | null, boolean]>([
    ['anywhere where none is registered', [], '10.1.2.3', true],
    ['anywhere where none is registered, even unknown', [], null, true],
    ['an address that nobody could see', ['0.0.0.0/0'], null, false],
    ['the address itself', ['10.1.2.3'], '10.1.2.3', true],
    ['its neighbour', ['10.1.2.3'], '10.1.2.2', false],
    ['one of several ranges', ['192.168.0.0/16', '10.1.0.0/16'], '10.1.255.255', true],
    ['none of several ranges', ['192.168.0.0/16', '10.1.0.0/16'], '10.2.0.0', false],
    ['any IPv4 address in the widest range', ['0.0.0.0/0'], '255.255.255.255', true],
    ['no IPv6 address in the widest IPv4 range', ['0.0.0.0/0'], '2001:db8::1', false],
    ['any address in the widest range of all', ['::/0'], '10.1.2.3', true],
    ['up to the last bit of a prefix', ['10.1.2.128/25'], '10.1.2.255', true],
    ['not beyond the last bit of a prefix', ['10.1.2.128/25'], '10.1.2.127', false],
    ['one address by its full length', ['10.1.2.3/32'], '10.1.2.3', true],
    ['not the other by its full length', ['10.1.2.2/32'], '10.1.2.3', false],
    ['one IPv6 address by its full length', ['2001:db8::1/128'], '2001:db8::1', true],
    ['not the other IPv6 address by its full length', ['2001:db8::/128'], '2001:db8::1', false],
    ['inside a prefix that ends with a word', ['2001:db8::/32'], '2001:db8:ffff::1', true],
    ['outside a prefix that ends within a word', ['2001:db8::/33'], '2001:db8:8000::1', false],
    ['an IPv4 address as a dual-stack socket shows it', ['10.1.0.0/16'], '::ffff:10.1.2.3', true],
    ['a prefix longer than an address has bits', ['10.1.2.3/33'], '10.1.2.3', false],
    ['an IPv6 prefix longer than an address has bits', ['2001:db8::1/129'], '2001:db8::1', false],
    ['a prefix that is no number', ['10.1.2.3/'], '10.1.2.3', false],
    ['a prefix with a sign', ['10.1.2.3/+8'], '10.1.2.3', false],
    ['two prefixes', ['10.1.2.3/8/8'], '10.1.2.3', false],
    ['a range of no address', ['/8', 'ten/8'], '10.1.2.3', false],
    ['a readable range beside an unreadable one', ['ten/8', '10.0.0.0/8'], '10.1.2.3', true],
    ['what is no address', ['0.0.0.0/0', '::/0'], 'localhost', false],
  ])('%s', (_what, addresses, address, expected) => {
    expect(registered(addresses, address)).toBe(expected);
  });

  it.each([
    ['0.0.0.0', [0, 0, 0xffff, 0]],
    ['1.2.3.4', [0, 0, 0xffff, 0x01020304]],
    ['255.255.255.255', [0, 0, 0xffff, 0xffffffff]],
    ['10.0.0.0', [0, 0, 0xffff, 0x0a000000]],
    ['::', [0, 0, 0, 0]],
    ['1:2:3:4:5:6:7:8', [0x00010002, 0x00030004, 0x00050006, 0x00070008]],
    ['ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255', [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff]],
    ['FE80::A', [0xfe800000, 0, 0, 0xa]],
    ['1::', [0x00010000, 0, 0, 0]],
    ['::1.2.3.4', [0, 0, 0, 0x01020304]],
    ['1:2:3:4:5:6:7::', [0x00010002, 0x00030004, 0x00050006, 0x00070000]],
  ])('reads %s', (address, words) => {
    expect(wordsOf(address)).toEqual(words);
  });

  it.each([
    ['too few parts', '1.2.3'],
    ['too many parts', '1.2.3.4.5'],
    ['a part left out', '1..2.3'],
    ['nothing before the first dot', '.1.2.3'],
    ['nothing after the last dot', '1.2.3.'],
    ['a part of more than a byte', '1.2.3.256'],
    ['a leading zero, octal to some', '1.2.3.010'],
    ['a sign below the digits', '1.2.3.5/'],
    ['a sign above the digits', '1.2.3.5;'],
    ['nothing', ''],
    ['too few groups', '1:2:3:4:5:6:7'],
    ['too many groups', '1:2:3:4:5:6:7:8:9'],
    ['a gap where nothing is missing', '1:2:3:4::5:6:7:8'],
    ['two gaps', '1::2::3'],
    ['a group that is no number', '1:2:3:4:5:6:7:g'],
    ['a group that is no number, on the left', 'g::1'],
    ['a group of more than 16 bits', '1:2:3:4:5:6:7:12345'],
    ['a dotted end that is none', '::1.2.3'],
    ['a dotted part in the middle', '::1.2.3.4:5'],
    ['longer than any address', `${'0'.repeat(42)}::1`],
  ])('reads no address with %s', (_what, address) => {
    expect(wordsOf(address)).toBeNull();
  });

  it('reads exactly what Node reads, and finds it in the same ranges', () => {
    const byte = fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 10, 127, 128, 255, 256));
    const v4 = fc.array(byte, { minLength: 3, maxLength: 5 }).map((bytes) => bytes.join('.'));
    const group = fc.oneof(fc.nat(0xffff), fc.constantFrom(0, 1, 0xffff)).map((value) => value.toString(16));
    const groups = fc.array(group, { maxLength: 7 }).map((list) => list.join(':'));
    const v6 = fc.oneof(
      fc.tuple(groups, groups).map((halves) => halves.join('::')),
      fc.array(group, { minLength: 8, maxLength: 8 }).map((list) => list.join(':')),
      fc.tuple(groups, v4).map(([left, right]) => `${left}::${right}`),
    );
    const valid = fc.oneof(fc.ipV4(), fc.ipV6());
    fc.assert(
      fc.property(fc.oneof(v4, v6, valid), valid, fc.nat(128), (address, base, length) => {
        expect({ address, read: wordsOf(address) !== null }).toEqual({ address, read: isIP(address) !== 0 });
        const family = isIP(base) === 4 ? 'ipv4' : 'ipv6';
        if (isIP(address) !== isIP(base)) return;
        const bits = family === 'ipv4' ? length % 33 : length;
        const list = new BlockList();
        list.addSubnet(base, bits, family);
        expect(registered([`${base}/${bits}`], address)).toBe(list.check(address, family));
      }),
      { numRuns: 5_000 },
    );
  });
});
