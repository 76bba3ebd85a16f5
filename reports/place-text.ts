import type { PlaceReport } from './schema/place.ts';

/** `save.js:12:9`: what editors and their terminals open at a click. Imports nothing, so that it also runs in a browser. */
export function positionText({ file, line, column }: PlaceReport): string {
  return column === undefined ? `${file}:${line}` : `${file}:${line}:${column}`;
}

/** A call and the nearest of what called it: `save (save.js:12:9)`, `main (app.js:3:7)`. */
export function wayText(places: readonly PlaceReport[], callers: number): readonly string[] {
  return places
    .slice(0, callers + 1)
    .map((place) =>
      place.what === undefined ? positionText(place) : `${place.what} (${positionText(place)})`,
    );
}
