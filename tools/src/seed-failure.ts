/** The seed can not go on; the message is one sentence that says what to do. */
export class SeedFailure extends Error {}
