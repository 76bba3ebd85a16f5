import { describe, expect, it } from 'vitest';
import { checkClientName, isClientName } from './client-name.ts';

describe('the name of a client', () => {
  it.each(['a', 'host-1.example', 'a b', 'ä', 'x'.repeat(255), 'a~b', '~a'])('may be %j', (name) => {
    expect(isClientName(name)).toBe(true);
    expect(() => checkClientName(name)).not.toThrow();
  });

  it.each([
    '',
    '.',
    '.hidden',
    '..',
    'a/b',
    '/a',
    'a\\b',
    'a~',
    'a\n',
    '\0',
    'x'.repeat(256),
    'ä'.repeat(128),
  ])('may not be %j', (name) => {
    expect(isClientName(name)).toBe(false);
    expect(() => checkClientName(name)).toThrow(`unlike ${JSON.stringify(name)}`);
  });
});
