/** Random schedules and stories for property tests of your own; needs fast-check beside Blackout. */
export * from './explore/arbitraries.ts';
export * from './explore/story-property.ts';
