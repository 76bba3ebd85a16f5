import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { posix } from '../persistence/models/posix.ts';
import { processKill } from '../persistence/models/process-kill.ts';
import { Player } from './replay.ts';
import { broken, scenario, type Scenario } from '../programs/scenario.ts';
import { assertStories, StoryFailure, type StoryProperty } from './story-property.ts';
import { parseToken } from './token.ts';

/** Writes so many files one after another, each said to be done; without its fsync, from the `flaw`-th on. */
interface Writer {
  readonly files: number;
  readonly flaw: number;
}

function writing({ files, flaw }: Writer): Scenario {
  return scenario({
    name: 'writing',
    async run({ fs, acknowledge }) {
      for (let i = 0; i < files; i++) {
        const file = await fs.open(`/${i}`, 'wx');
        await file.write('x'.repeat(10));
        if (i < flaw) await file.sync();
        await file.close();
        const root = await fs.open('/', 'r');
        await root.sync();
        await root.close();
        acknowledge(String(i));
      }
    },
    async check({ fs }, acknowledged) {
      for (const name of acknowledged) {
        if ((await fs.readFile(`/${name}`, 'utf8')) !== 'x'.repeat(10))
          return broken('what is done is whole', `/${name} is not`, 'lost');
      }
      return undefined;
    },
  });
}

function property(
  flaw: fc.Arbitrary<number>,
  more: Partial<StoryProperty<Writer>> = {},
): StoryProperty<Writer> {
  return {
    histories: fc.record({ files: fc.integer({ min: 1, max: 6 }), flaw }),
    scenario: writing,
    models: [posix, processKill],
    parameters: { seed: 7, numRuns: 60 },
    ...more,
  };
}

async function failureOf(each: StoryProperty<Writer>): Promise<StoryFailure<Writer>> {
  const error: unknown = await assertStories(each).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(StoryFailure);
  return error as StoryFailure<Writer>;
}

const none = fc.constant(99);
const anywhere = fc.nat({ max: 6 });

describe('the property that every story ends well', () => {
  it('holds for a sound program, and says what was played', async () => {
    const played = await assertStories(property(none));
    expect(played.histories).toBe(60);
    expect(played.stories).toBeGreaterThan(60);
    expect(played.stories).toBeLessThanOrEqual(4 * 60);
  });

  it('is refuted by the smallest history and story that there are', async () => {
    const { failure } = await failureOf(property(anywhere));
    expect(failure.history).toEqual({ files: 1, flaw: 0 });
    expect(failure.model).toBe(posix);
    const [life, ...more] = failure.story!.lives;
    expect(more).toEqual([]);
    expect(life!.at).toBe(3);
    expect(life!.pending.filter(({ fate }) => fate === 'lost')).toHaveLength(1);
  });

  it('says in its failure how to come back: seed and path, and a token', async () => {
    const { failure, message } = await failureOf(property(anywhere));
    expect(message).toMatch(/^writing under posix: lost\n {2}what is done is whole: \/0 is not$/m);
    expect(message).toContain('the main life is cut after op 3 of 3');
    expect(message).toContain('what would have prevented it: fsync /0 right after op 2');
    expect(message).toContain(`{ seed: 7, path: "${failure.path}", endOnFailure: true }`);
    const { schedule } = parseToken(/^token: (.*)$/m.exec(message)![1]!);
    const player = await Player.start(writing(failure.history), posix);
    expect((await player.play(schedule.cuts)).verdict).toEqual(failure.story!.verdict);
    const parameters = { seed: failure.seed, path: failure.path, endOnFailure: true };
    expect((await failureOf(property(anywhere, { parameters }))).message).toBe(message);
  });

  it('adds what its owner has to say', async () => {
    const reproduce: StoryProperty<Writer>['reproduce'] = ({ history }) => [
      `history ${JSON.stringify(history)}`,
    ];
    const { message } = await failureOf(property(anywhere, { reproduce }));
    expect(message).toContain('\nhistory {"files":1,"flaw":0}');
  });

  it('is refuted by a program that fails without any cut', async () => {
    const failing = (writer: Writer): Scenario => ({
      ...writing(writer),
      run: async () => {
        if (writer.files > 2) throw new Error('too many');
      },
    });
    const { failure, message } = await failureOf(property(none, { scenario: failing }));
    expect(failure.history).toEqual({ files: 3, flaw: 99 });
    expect(failure.schedule).toBeUndefined();
    expect(message).toMatch(/^run of writing fails without any power cut: too many \(at .*story-property/m);
    expect(message).toContain('seed: 7');
  });
});
