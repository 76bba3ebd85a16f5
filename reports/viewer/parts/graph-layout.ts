import type { Group } from './fold.ts';

export interface Spot {
  readonly x: number;
  readonly y: number;
}

/** Where everything stands in a picture of folded states, in pixels. */
export interface GraphLayout {
  readonly width: number;
  readonly height: number;
  readonly main: Spot;
  readonly spots: ReadonlyMap<Group, Spot>;
  /** By depth, from the main life on: where its title begins. */
  readonly titles: readonly Spot[];
  /** From one box to one that is a cut further. */
  line(from: Spot, to: Spot): string;
}

export const BOX_WIDTH = 150;
export const BOX_HEIGHT = 56;

/** For the edge of a box, whose line lies half outside. */
const MARGIN = 4;
const TITLE = 26;
const ROW = 74;
const COLUMN = 204;

/** A column for each depth, a row for each outcome. @param glyphs of outcomes, from top to bottom */
export function inColumns(groups: readonly Group[], glyphs: readonly string[], depths: number): GraphLayout {
  const half = BOX_HEIGHT / 2;
  // A call that fails leads to states that no cut leads to: they stand below the main life.
  const row = ({ depth, glyph }: Group): number => glyphs.indexOf(glyph) + (depth === 0 ? 1 : 0);
  const rows = groups.reduce((most, group) => Math.max(most, row(group) + 1), 1);
  return {
    width: depths * COLUMN + BOX_WIDTH + MARGIN,
    height: TITLE + rows * ROW,
    main: { x: 1, y: TITLE },
    spots: new Map(groups.map((group) => [group, { x: group.depth * COLUMN, y: TITLE + row(group) * ROW }])),
    titles: Array.from({ length: depths + 1 }, (_, depth) => ({ x: depth * COLUMN + 2, y: 13 })),
    line(from, to) {
      const middle = (from.x + BOX_WIDTH + to.x) / 2;
      const [start, end] = [from.y + half, to.y + half];
      return `M${from.x + BOX_WIDTH} ${start}C${middle} ${start} ${middle} ${end} ${to.x} ${end}`;
    },
  };
}

const ACROSS = 2;
const GAP = 22;
/** Between the last boxes of a depth and the title of the next: lines must be seen there. */
const BAND_GAP = 18;

/** The depths one below the other, two boxes in a row: as wide as a telephone. */
export function inBands(groups: readonly Group[], glyphs: readonly string[], depths: number): GraphLayout {
  const spots = new Map<Group, Spot>();
  const titles: Spot[] = [{ x: 2, y: 13 }];
  const main = { x: 1, y: TITLE };
  let bottom = TITLE + BOX_HEIGHT;
  // Those that a failing call leads to stand beside the main life.
  const beside = sorted(groups, glyphs, 0);
  beside.forEach((group, i) => spots.set(group, spotOf(i + 1, TITLE)));
  bottom += rowsOf(beside.length + 1) * ROW - ROW;
  for (let depth = 1; depth <= depths; depth++) {
    const own = sorted(groups, glyphs, depth);
    const top = bottom + BAND_GAP + TITLE;
    titles.push({ x: 2, y: top - TITLE + 18 });
    own.forEach((group, i) => spots.set(group, spotOf(i, top)));
    bottom = top + Math.max(0, rowsOf(own.length) - 1) * ROW + BOX_HEIGHT;
  }
  return {
    width: ACROSS * BOX_WIDTH + (ACROSS - 1) * GAP + MARGIN,
    height: bottom + MARGIN,
    main,
    spots,
    titles,
    line(from, to) {
      const half = BOX_WIDTH / 2;
      const [start, end] = [from.y + BOX_HEIGHT, to.y];
      const middle = (start + end) / 2;
      return `M${from.x + half} ${start}C${from.x + half} ${middle} ${to.x + half} ${middle} ${to.x + half} ${end}`;
    },
  };
}

function sorted(groups: readonly Group[], glyphs: readonly string[], depth: number): readonly Group[] {
  return groups
    .filter((group) => group.depth === depth)
    .sort((left, right) => glyphs.indexOf(left.glyph) - glyphs.indexOf(right.glyph));
}

function rowsOf(boxes: number): number {
  return Math.ceil(boxes / ACROSS);
}

function spotOf(index: number, top: number): Spot {
  return { x: 1 + (index % ACROSS) * (BOX_WIDTH + GAP), y: top + Math.floor(index / ACROSS) * ROW };
}
