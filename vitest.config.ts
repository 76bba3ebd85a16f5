import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{harness,src,scenarios,reports,test}/**/*.test.ts'],
    exclude: ['dist/**', 'node_modules/**'],
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
});
