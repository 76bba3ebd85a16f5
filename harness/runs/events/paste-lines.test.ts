import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runSchedule, type ScheduleChoices } from '../../explore/arbitraries.ts';
import { Explorer } from '../../explore/explorer.ts';
import { scheduleTo } from '../../explore/exploration.ts';
import { DEFAULTS } from '../../explore/options.ts';
import { Player } from '../../explore/replay.ts';
import { tellStory } from '../../explore/story.ts';
import { parseToken } from '../../explore/token.ts';
import { tameScenario } from '../../explore/testing/programs.ts';
import { findModel, models } from '../../persistence/models.ts';
import { fastCheckLine, vitestLine } from './paste-lines.ts';
import { replacing } from '../../cli/testing/registry.ts';

describe('the lines to paste', () => {
  it('for fast-check plays the same story, of any program under any model', async () => {
    await fc.assert(
      fc.asyncProperty(tameScenario, fc.constantFrom(...models), fc.nat(), async (scenario, model, pick) => {
        const exploration = await new Explorer(scenario, model, {
          ...DEFAULTS,
          bail: Infinity,
          depth: 2,
        }).explore();
        const node = exploration.nodes[pick % exploration.nodes.length]!;
        const player = await Player.start(scenario, model);
        const replay = await player.play(scheduleTo(node, scenario.name, model.name).cuts);
        const line = fastCheckLine(replay);
        const early = replay.lives.some((lived) => lived.cut.early);
        expect(line === null).toBe(early);
        if (line === null) return;
        const [, json] = /^\{ examples: \[\[(.*)\]\] \}$/.exec(line)!;
        // A random schedule ends at the first recovery that fails; one from the exploration goes on.
        const again = await runSchedule(player, JSON.parse(json!) as ScheduleChoices);
        const played = again.lives.length;
        expect(again.lives.map((lived) => lived.crash.hash)).toEqual(
          replay.lives.slice(0, played).map((lived) => lived.crash.hash),
        );
        if (played < replay.lives.length) expect(again.verdict.outcome).not.toBe('converged');
        else expect(again.verdict).toEqual(replay.verdict);
      }),
      { numRuns: 25 },
    );
  });

  it('for vitest fails with the findings of the story', async () => {
    const scenario = replacing('bad', false);
    const posix = findModel('posix')!;
    const { failures } = await new Explorer(scenario, posix, DEFAULTS).explore();
    const player = await Player.start(scenario, posix);
    const story = await tellStory(player, await player.play(scheduleTo(failures[0]!, 'bad', 'posix').cuts));
    // It is TypeScript, and what runs here is not.
    const line = vitestLine(story.token, 'posix').replace(')!', ')');
    const tests: (() => Promise<void>)[] = [];
    // oxlint-disable-next-line typescript/no-implied-eval -- it is run as somebody pasted it
    const define = new Function('it', 'expect', 'Player', 'findModel', 'parseToken', 'scenario', line);
    define(
      (_: string, body: () => Promise<void>) => tests.push(body),
      expect,
      Player,
      findModel,
      parseToken,
      scenario,
    );
    await expect(tests[0]!()).rejects.toMatchObject({
      actual: [{ invariant: 'the file is old or new' }],
    });
  });
});
