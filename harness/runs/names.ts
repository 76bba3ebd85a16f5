import type { PersistenceModel } from '../persistence/model.ts';
import { nearestName } from '../programs/nearest-name.ts';
import { findModel, literature, models } from '../persistence/models.ts';
import { escapeText } from '../../reports/text.ts';
import { BadArgument } from './bad-argument.ts';

/** @throws BadArgument if there is no such model */
export function modelNamed(name: string): PersistenceModel {
  const model = findModel(name);
  if (model) return model;
  const names = [...models, ...literature].map((each) => each.name);
  throw new BadArgument(`unknown model "${escapeText(name)}": ${suggestion(name, names, 'models')}`);
}

/** What to say after "unknown X": the nearest name, or where the names are listed. */
export function suggestion(wrong: string, names: readonly string[], list: 'models' | 'list'): string {
  const nearest = nearestName(wrong, names);
  if (nearest !== undefined) return `did you mean "${nearest}"? \`blackout ${list}\` shows all`;
  return names.length <= 8 ? `it must be one of ${names.join(', ')}` : `\`blackout ${list}\` shows all`;
}
