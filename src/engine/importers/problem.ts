/** What is wrong with a file that someone wants to import, in words for the visitor. */

/** Names the thing and its value, and the remedy. Everything an importer throws on purpose is one of these. */
export class ImportProblem extends Error {
  constructor(
    /** What is wrong, with its value: "the file ends after 1,024 of 4,096 bytes". */
    readonly thing: string,
    /** What helps: "download it again". */
    readonly remedy: string,
    options?: ErrorOptions,
  ) {
    super(`${thing}: ${remedy}`, options);
    this.name = 'ImportProblem';
  }
}
