import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{src,scripts,eslint}/**/*.test.{ts,tsx}'],
    server: { deps: { inline: [/@tensorflow\//] } },
    testTimeout: 60_000,
    maxWorkers: 2,
  },
});
