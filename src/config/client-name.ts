import type { ServerConfig } from './server-config.ts';

/** The name under which a client is looked up: what it says, without its domain or in lower case if so configured. */
export function lookupName(said: string, { isLowerCase, keepsDomain }: ServerConfig['cname']): string {
  const name = keepsDomain ? said : said.replace(/\..*$/s, '');
  return isLowerCase ? name.toLowerCase() : name;
}
