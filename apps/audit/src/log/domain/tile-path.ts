import { TILE_WIDTH } from './tiles';

/** A tile of hashes, or the bundle of the entries under a tile of level 0 (C2SP tlog-tiles). */
export type TileRef = Readonly<{
  level: number | 'entries';
  index: number;
  /** Hashes or entries in it: 256, or fewer in the last one of a level. */
  width: number;
}>;

const PATH = /^([0-9]{1,2}|entries)\/((?:x[0-9]{3}\/){0,4}[0-9]{3})(?:\.p\/([0-9]{1,3}))?$/;
const MAX_LEVEL = 63;

/** What stands at `tile/<path>`; null for a path under which nothing ever stands. Each tile has exactly one path. */
export function parseTilePath(path: string): TileRef | null {
  const [, level = '', index = '', width] = PATH.exec(path) ?? [];
  const ref: TileRef = {
    level: level === 'entries' ? level : Number(level),
    index: Number(index.replaceAll(/[x/]/g, '')),
    width: width === undefined ? TILE_WIDTH : Number(width),
  };
  if (typeof ref.level === 'number' && ref.level > MAX_LEVEL) return null;
  if (width !== undefined && (ref.width < 1 || ref.width >= TILE_WIDTH)) return null;
  return tilePath(ref) === path ? ref : null;
}

/** `0/x001/x234/067`, `entries/000.p/5`: the index in groups of three digits, all but the last with an x. */
export function tilePath({ level, index, width }: TileRef): string {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/.{3}/g) ?? [];
  const place = groups.map((group, i) => (i < groups.length - 1 ? `x${group}` : group)).join('/');
  return `${level}/${place}${width < TILE_WIDTH ? `.p/${width}` : ''}`;
}

/** Tiles and bundles of a log of `size` entries that a log of `before` entries does not have, low levels first. */
export function* newTiles(before: number, size: number): Generator<TileRef> {
  yield* newOfLevel('entries', before, size);
  for (let level = 0, was = before, is = size; is > was; level += 1) {
    yield* newOfLevel(level, was, is);
    [was, is] = [Math.floor(was / TILE_WIDTH), Math.floor(is / TILE_WIDTH)];
  }
}

function* newOfLevel(level: TileRef['level'], was: number, is: number): Generator<TileRef> {
  if (is === was) return;
  for (let index = Math.floor(was / TILE_WIDTH); index * TILE_WIDTH < is; index += 1)
    yield { level, index, width: Math.min(TILE_WIDTH, is - index * TILE_WIDTH) };
}
