import { constants } from 'node:fs';
import { lstat, unlink } from 'node:fs/promises';
import type { ClientFile } from '../config/client-config.ts';
import { Findings } from '../config/config-error.ts';
import { readSettings } from '../config/read-settings.ts';
import type { Log } from '../ports/log.ts';
import type { RestoreOrder } from '../protocol/ports.ts';
import { codeOf, ifThere, reasonOf } from '../storage/errors.ts';
import { fromText } from '../storage/manifest/byte-string.ts';
import { withForwardSlashes } from '../storage/manifest/windows-path.ts';

/** What an order may say, in the order in which Burp sends it; with a default, it is sent in any case. */
const FIELDS: readonly { readonly name: string; readonly form: RegExp; readonly default?: string }[] = [
  { name: 'include', form: /^(?:\/|[A-Za-z]:[\\/])/ },
  { name: 'overwrite', form: /^[01]$/, default: '0' },
  { name: 'strip', form: /^\d{1,9}$/, default: '0' },
  { name: 'backup', form: /^(?:\d{1,7}|a)$/ },
  { name: 'restoreprefix', form: /./ },
  { name: 'stripfrompath', form: /./ },
  { name: 'orig_client', form: /./ },
  { name: 'regex', form: /./ },
  { name: 'regex_case_insensitive', form: /^[01]$/, default: '0' },
];

/**
 * The restore that somebody has ordered for a client by a file `restore` in its part of the store; undefined without one.
 * One that can't be understood is no order, and a warning.
 */
export async function findRestoreOrder(
  { directory, name }: Pick<ClientFile, 'directory' | 'name'>,
  log: Log,
): Promise<RestoreOrder | undefined> {
  const file = `${directory}/${name}/restore`;
  const done = () => remove(file, log);
  try {
    const stat = await ifThere(lstat(file));
    if (!stat || (stat.mode & constants.S_IFMT) !== constants.S_IFREG) return undefined;
    const findings = new Findings();
    const settings = await readSettings(file, findings);
    for (const { name: field, value, at } of settings) {
      const known = FIELDS.find((one) => one.name === field);
      if (!known) findings.problem(`a restore can't be given ${field}`, at);
      else if (!known.form.test(value)) findings.problem(`${field} can't be ${JSON.stringify(value)}`, at);
    }
    if (findings.problems.length > 0) {
      for (const problem of findings.problems) log.warn(`${problem}: this restore is not begun`);
      return undefined;
    }
    const valuesOf = (field: string) => {
      const values = settings.filter((one) => one.name === field).map(({ value }) => value);
      return field === 'include' ? values.map(withForwardSlashes) : values;
    };
    const lines = FIELDS.flatMap(({ name: field, default: usual }) => {
      const values = field === 'include' ? valuesOf(field) : valuesOf(field).slice(-1);
      const given = values.length === 0 && usual !== undefined ? [usual] : values;
      return given.map((value) => fromText(`${field} = ${value}`));
    });
    return { lines, includes: valuesOf('include').map(fromText), done };
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    log.warn(`${file} can't be read: ${reasonOf(error)}`);
    return undefined;
  }
}

/** Or else the client would restore whenever it comes. */
async function remove(file: string, log: Log): Promise<void> {
  try {
    await ifThere(unlink(file));
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    log.warn(`${file} can't be removed, so its restore may be done again: ${reasonOf(error)}`);
  }
}
