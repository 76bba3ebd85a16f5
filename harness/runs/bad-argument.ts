/** An argument that can't be used: one line that says what is wrong and what would be right. */
export class BadArgument extends Error {
  override name = 'BadArgument';
}
