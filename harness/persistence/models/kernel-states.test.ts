import { describe, expect, it } from 'vitest';
import type { TreeJson } from '../../disk/tree-json.ts';
import { programLife } from '../literature/testing/program.ts';
import { crashStates } from '../literature/testing/states.ts';
import { findModel } from '../models.ts';
import { kernelStates, type KernelState } from '../testing/kernel-states.ts';

/**
 * Why this test? 235 observations of random workloads on real kernels were forbidden by the models once. These are what
 * was behind them, kind by kind; and for each its neighbour that must stay forbidden.
 */
describe('what a kernel leaves', () => {
  it.each(kernelStates.filter(({ allowed }) => allowed))('$model, $title: $program', (state) => {
    expect(disksOf(state)).toContain(state.disk);
  });
});

describe('what no kernel leaves', () => {
  it.each(kernelStates.filter(({ allowed }) => !allowed))('$model, $title: $program', (state) => {
    expect(disksOf(state)).not.toContain(state.disk);
  });
});

function disksOf({ model, boot, program, at }: KernelState): readonly string[] {
  const points = crashStates(findModel(model)!, programLife(program, boot));
  return points.at(at)!.map(({ tree }) => text(tree));
}

function text(tree: TreeJson): string {
  const nodes = Object.entries(tree).map(([path, node]) => {
    if (node.type === 'dir') return `${path}/`;
    if (node.type === 'symlink') return `${path} -> ${node.target}`;
    const first = node.sameInodeAs ?? path;
    return first === path ? `${path} ${node.content}`.trim() : `${path} = ${first}`;
  });
  return nodes.join('; ');
}
