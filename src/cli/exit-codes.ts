export const DONE = 0;
export const FAILED = 1;
export const WARNINGS = 2;
/** 128 and the number of SIGPIPE, as shells have it. */
export const READER_GONE = 141;
export const BAD_ARGUMENTS = 254;

/** For `--help`. */
export const EXIT_CODES = [
  `  ${DONE}    done`,
  `  ${FAILED}    failed; nothing that was stored before is lost`,
  `  ${WARNINGS}    done, with warnings: something is missing or damaged, and was named`,
  `  ${READER_GONE}  whoever read the output has gone`,
  `  ${BAD_ARGUMENTS}  bad arguments`,
].join('\n');
