/** Values of flags that are more than one word: lists, shards, name=value. Knows no command. */
import { UsageError } from './command.ts';

/** 'a, b' → a and b. */
export const listed = (text: string | undefined): readonly string[] | undefined => text?.split(',').map((name) => name.trim());

/** Every n-th from the i-th on: 1/4, 2/4 … together are all. */
export function shardOf(text: string | undefined): (item: unknown, at: number) => boolean {
  if (text === undefined) return () => true;
  const [, i = NaN, n = NaN] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).map(Number);
  if (!(i >= 1 && i <= n)) throw new UsageError(`--shard ${text}: write i/n with i from 1 to n, such as 1/4`);
  return (_, at) => at % n === i - 1;
}

/** Each 'name=value' of `--flag`. */
export function namedValues(flag: string, settings: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    settings.map((setting) => {
      const at = setting.indexOf('=');
      if (at < 1) throw new UsageError(`--${flag} ${setting}: write name=value, such as --${flag} steps=64`);
      return [setting.slice(0, at), setting.slice(at + 1)];
    }),
  );
}
