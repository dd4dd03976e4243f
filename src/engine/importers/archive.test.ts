/** Zips as the test packs them: whole, cut off, damaged, and built to explode. */
import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { isZip, membersOf, unzip } from './archive.ts';

const noise = Uint8Array.from({ length: 20_000 }, (_, index) => (index * index * 31 + (index >> 3)) & 255);

describe('unzip', () => {
  it('gives stored and deflated members back, and leaves folders and clutter out', () => {
    const zip = zipSync({ 'm/': new Uint8Array(), 'm/model.json': strToU8('{}'), 'm/a.bin': [noise, { level: 0 }], 'm/b.bin': [noise, { level: 9 }], '__MACOSX/m/a.bin': strToU8('x'), 'm/.DS_Store': strToU8('x') });
    expect(isZip(zip)).toBe(true);
    const files = unzip(zip, 'm.zip');
    expect([...files.keys()]).toEqual(['m/model.json', 'm/a.bin', 'm/b.bin']);
    for (const name of ['m/a.bin', 'm/b.bin']) expect(Buffer.from(noise).equals(files.get(name)!)).toBe(true);
  });

  it('stops at what really comes out, whatever the zip declares', () => {
    const zip = zipSync({ a: [new Uint8Array(3_000_000), { level: 9 }] });
    const lying = zip.slice();
    const view = new DataView(lying.buffer);
    // The declared size, in the table of contents.
    view.setUint32(view.getUint32(lying.length - 22 + 16, true) + 24, 10, true);
    expect(() => unzip(lying, 'bomb.zip')).toThrow(/the zip 'bomb.zip' of \d+ bytes unpacks to more than \d+: a zip bomb/);
    expect(unzip(lying, 'bomb.zip', { bytes: 2 ** 31, ratio: 1e6 }).get('a')).toHaveLength(3_000_000);
    expect(() => unzip(zipSync({ a: noise, b: noise }), 'z', { bytes: 30_000, ratio: 200 })).toThrow('more than 30000');
  });

  it('counts a member that the table names many times', () => {
    const once = zipSync({ a: [noise, { level: 0 }] });
    const view = new DataView(once.buffer);
    const table = view.getUint32(once.length - 22 + 16, true);
    const entry = once.slice(table, once.length - 22);
    const names = Array.from({ length: 3000 }, (_, index) => index);
    const entries = names.flatMap((index) => [...entry.slice(0, -1), 32 + (index % 90)]);
    const end = once.slice(-22);
    new DataView(end.buffer).setUint16(10, names.length, true);
    const many = Uint8Array.from([...once.slice(0, table), ...entries, ...end]);
    expect(() => unzip(many, 'overlap.zip', { bytes: 2 ** 31, ratio: 10 })).toThrow(/zip bomb|holds .* twice/);
  });

  it('refuses a zip that is cut off, damaged or encrypted, by name', () => {
    const zip = zipSync({ a: [noise, { level: 9 }] });
    expect(() => unzip(zip.slice(0, 500), 'z')).toThrow("the zip 'z' is cut off");
    const damaged = zip.slice();
    damaged.fill(255, 40, 400);
    expect(() => unzip(damaged, 'z')).toThrow(/'a' in the zip 'z' cannot be unpacked|is cut off within 'a'/);
    const locked = zip.slice();
    locked[new DataView(zip.buffer).getUint32(zip.length - 22 + 16, true) + 8]! |= 1;
    expect(() => unzip(locked, 'z')).toThrow("'a' in the zip 'z' is encrypted");
    expect(membersOf(zipSync({}), 'empty')).toEqual([]);
  });

  it('never crashes on bytes that were changed', () => {
    const zip = zipSync({ 'model.json': strToU8('{"a": 1}'.repeat(50)), b: [noise.slice(0, 2000), { level: 6 }] });
    for (let seed = 0; seed < 1000; seed++) {
      const changed = zip.slice(0, seed % 3 === 0 ? (seed * 7919) % zip.length : zip.length);
      for (let at = 0; at < 4; at++) if (changed.length > 0) changed[(seed * 104729 + at * 15485863) % changed.length] = (seed * 31 + at * 17) & 255;
      try {
        unzip(changed, 'z');
      } catch (problem) {
        expect((problem as Error).name).toBe('ImportProblem');
      }
    }
  });
});
