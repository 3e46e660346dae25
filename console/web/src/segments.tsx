import type { Choice } from '../ui/index.ts';

type SegmentsProps = { label: string; choices: readonly Choice[]; value: string; onChange: (value: string) => void };

/** A few choices beside each other, of which one holds. */
export const Segments = ({ label, choices, value, onChange }: SegmentsProps) => (
  <fieldset class="segments">
    <legend class="unseen">{label}</legend>
    {choices.map((choice) => (
      <button key={choice.value} type="button" class="segment" aria-pressed={choice.value === value} onClick={() => onChange(choice.value)}>
        {choice.name}
      </button>
    ))}
  </fieldset>
);
