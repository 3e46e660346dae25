import { Status, type Tone } from '../ui/index.ts';

/** A state in the words of `words.ts`. */
export const Says = ({ tone, text }: { tone: Tone; text: string }) => <Status tone={tone}>{text}</Status>;
