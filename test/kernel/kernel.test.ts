import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { crashStates } from '../../harness/conformance/crash-states.ts';
import { treeKey } from '../../harness/conformance/tree-key.ts';
import { runScript } from '../../harness/disk/script-life.ts';
import type { Script, ScriptOp } from '../../harness/disk/script.ts';
import { treeJson, type TreeJson } from '../../harness/disk/tree-json.ts';
import { RealScript } from '../../harness/observe/real-script.ts';
import { readTree } from '../../harness/observe/real-tree.ts';
import { findModel } from '../../harness/persistence/models.ts';
import { RealDisk, whyNot, type FileSystemName } from './real-disk.ts';
import { workloads } from './workloads.ts';

/** The states that a model allows at the end of a script, without the file that stands for other programs. */
function allowed(model: string, script: Script): ReadonlySet<string> {
  const last = crashStates(findModel(model)!, runScript(script)).at(-1)!;
  expect(last.exhaustive).toBe(true);
  return new Set(last.disks.map((disk) => treeKey(visible(treeJson(disk)))));
}

function visible(tree: TreeJson): TreeJson {
  return Object.fromEntries(Object.entries(tree).filter(([path]) => path !== 'unrelated'));
}

function runForReal(ops: readonly ScriptOp[], root: string): void {
  const script = new RealScript(root);
  for (const op of ops) script.step(op);
  script.end();
}

/**
 * Why this test? The recorded observations end where their workloads end. This asks the kernel of the machine that it
 * runs on, about lives that the models have an opinion of: above all those that btrfs' log tree reorders.
 */
describe.each(['ext4', 'xfs', 'btrfs'] as const)(
  'the kernel of this machine, on %s',
  (name: FileSystemName) => {
    const reason = whyNot(name);
    let folder = '';
    let disk: RealDisk;

    beforeAll(() => {
      if (reason !== undefined) return;
      folder = mkdtempSync(join(tmpdir(), 'blackout-kernel-'));
      disk = new RealDisk(name, folder);
    });
    afterAll(() => {
      if (folder !== '') rmSync(folder, { recursive: true, force: true });
    });

    const crash = ({ setup, ops }: Script): TreeJson =>
      disk.crashAfter(
        (root) => {
          runForReal(setup, root);
          execFileSync('sync', ['-f', root]);
          runForReal(ops, root);
        },
        (root) => readTree(root, ['lost+found', 'unrelated']),
      );

    it.skipIf(reason !== undefined)(
      `leaves a disk that the model ${name} allows, after every workload${reason === undefined ? '' : ` (skipped: ${reason})`}`,
      { timeout: 300_000 },
      () => {
        const forbidden = [...workloads].flatMap(([text, script]) => {
          const tree = crash(script);
          return allowed(name, script).has(treeKey(tree)) ? [] : [{ text, tree }];
        });
        expect(forbidden).toEqual([]);
      },
    );

    it.skipIf(reason !== undefined || name !== 'btrfs')(
      "loses a synced file in a synced directory when another directory's file is renamed over it",
      { timeout: 120_000 },
      () => {
        const script = workloads.get('/D +D/B | +A! .!! D/B>A *')!;
        // Unless a timer happens to commit in between.
        const trees = Array.from({ length: 10 }, () => crash(script));
        const lost = trees.find((tree) => !Object.hasOwn(tree, 'A'));
        expect(lost && Object.keys(lost)).toEqual(['D', 'D/B']);
        expect(allowed('posix', script), 'posix does not cover it').not.toContain(treeKey(lost!));
      },
    );
  },
);
