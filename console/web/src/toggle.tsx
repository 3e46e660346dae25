type ToggleProps = { name: string; on: boolean; onChange: (on: boolean) => void };

export const Toggle = ({ name, on, onChange }: ToggleProps) => (
  <label class="toggle">
    <input type="checkbox" checked={on} onChange={(event) => onChange(event.currentTarget.checked)} />
    {name}
  </label>
);
