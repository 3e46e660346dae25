/** A tool can not do what it was asked, and has changed nothing; the message is one sentence that says what to do. Exit code 2. */
export class ToolFailure extends Error {}
