import { ToolFailure } from '../failure.ts';

/** The command can not be carried out as it was given, or what it needs is away; the message is one sentence that says what to do. Exit code 2. */
export class DltFailure extends ToolFailure {}
