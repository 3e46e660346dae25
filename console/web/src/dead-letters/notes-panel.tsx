import { useState } from 'preact/hooks';
import type { LetterGroup, Note } from '../../../src/api/index.ts';
import { Ago, Button, Panel, TextArea } from '../../ui/index.ts';
import { useAction } from '../act.ts';
import { isOperator, send } from '../api.ts';
import { OperatorOnly } from '../session/operator-only.tsx';

/** What the operators tell each other about a group. */
export function NotesPanel({ group: { groupId, notes }, onChange }: { group: LetterGroup; onChange: () => void }) {
  const [text, setText] = useState('');
  const { busy, act } = useAction();
  const add = async () => {
    await send<Note>('POST', `/console/dead-letters/groups/${groupId}/notes`, { body: { text: text.trim() } });
    setText('');
    onChange();
  };
  const remove = (noteId: string) => async () => {
    await send('DELETE', `/console/dead-letters/groups/${groupId}/notes/${noteId}`);
    onChange();
  };
  return (
    <Panel title="Notes" padded>
      <div class="stack stack--tight">
        {notes.length === 0 && <p class="soft">No notes yet. Write what you found out, for whoever looks next.</p>}
        {notes.map((note) => (
          <div key={note.noteId} class="note">
            <p class="wrap-anywhere">{note.text}</p>
            <div class="row row--apart faint">
              <span>
                {note.by}, <Ago at={note.at} />
              </span>
              {isOperator() && (
                <Button kind="quiet" disabled={busy} onClick={() => act(remove(note.noteId))}>
                  Delete
                </Button>
              )}
            </div>
          </div>
        ))}
        <OperatorOnly to="write a note">
          <TextArea label="New note" value={text} onInput={setText} maxLength={500} />
          <div class="row">
            <Button disabled={busy || text.trim() === ''} onClick={() => act(add)}>
              Add the note
            </Button>
          </div>
        </OperatorOnly>
      </div>
    </Panel>
  );
}
