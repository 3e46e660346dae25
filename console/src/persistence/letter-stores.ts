import type { Db } from 'mongodb';
import type { Discard, Job, Note } from '../api/dead-letters.ts';

/** What operators did on the page and the services' own trails do not hold. */
export type NoteStore = {
  add(note: Note): Promise<void>;
  remove(noteId: string): Promise<boolean>;
  of(groupIds: readonly string[]): Promise<Note[]>;
};

export type JobStore = {
  /** False: that service has a job that runs. */
  begin(job: Job): Promise<boolean>;
  save(job: Job): Promise<void>;
  find(jobId: string): Promise<Job | undefined>;
  /** Newest first. */
  list(): Promise<Job[]>;
  /** Jobs whose process is gone say so. */
  endAbandoned(): Promise<void>;
};

export type DiscardStore = {
  add(discard: Discard): Promise<void>;
  find(discardId: string): Promise<Discard | undefined>;
  list(): Promise<Discard[]>;
  scheduled(): Promise<Discard[]>;
  /** The answer is undefined when it is too late. */
  undo(discardId: string): Promise<Discard | undefined>;
  /** Takes one whose time has come; one that was taken long ago and never ended is taken again. */
  takeDue(now: Date): Promise<Discard | undefined>;
  progress(discardId: string, done: number, isEnd: boolean): Promise<void>;
};

const KEPT = 100;
/** A job saves itself at least so often. */
const JOB_SILENT_MS = 15_000;
const DISCARD_SILENT_MS = 60_000;

export function createNoteStore(db: Db): NoteStore {
  const notes = db.collection<Note & { _id: string }>('letterNotes');
  return {
    add: async (note) => void (await notes.insertOne({ _id: note.noteId, ...note })),
    remove: async (noteId) => (await notes.deleteOne({ _id: noteId })).deletedCount > 0,
    of: (groupIds) =>
      notes
        .find({ groupId: { $in: [...groupIds] } }, { projection: { _id: 0 } })
        .sort({ at: 1 })
        .toArray(),
  };
}

type JobDocument = Job & { _id: string; savedAt: Date };

export function createJobStore(db: Db): JobStore {
  const jobs = db.collection<JobDocument>('letterJobs');
  const plain = { projection: { _id: 0, savedAt: 0 } };
  return {
    async begin(job) {
      const silent = { $lt: ['$savedAt', new Date(Date.now() - JOB_SILENT_MS)] };
      const running = await jobs.countDocuments({ service: job.service, state: 'running', $expr: { $not: [silent] } }, { limit: 1 });
      if (running > 0) return false;
      await jobs.insertOne({ _id: job.jobId, ...job, savedAt: new Date() });
      return true;
    },
    save: async (job) => void (await jobs.updateOne({ _id: job.jobId }, { $set: { ...job, savedAt: new Date() } })),
    find: async (jobId) => (await jobs.findOne({ _id: jobId }, plain)) ?? undefined,
    list: () => jobs.find({}, plain).sort({ startedAt: -1 }).limit(KEPT).toArray(),
    async endAbandoned() {
      const savedAt = { $lt: new Date(Date.now() - JOB_SILENT_MS) };
      const error = 'The console was stopped meanwhile: what was sent is handled by the service. Replay again to go on.';
      await jobs.updateMany({ state: 'running', savedAt }, { $set: { state: 'stopped', error, endedAt: new Date().toISOString() } });
    },
  };
}

type DiscardDocument = Discard & { _id: string; takenAt?: Date };

export function createDiscardStore(db: Db): DiscardStore {
  const discards = db.collection<DiscardDocument>('letterDiscards');
  const plain = { projection: { _id: 0, takenAt: 0 } } as const;
  return {
    add: async (discard) => void (await discards.insertOne({ _id: discard.discardId, ...discard })),
    find: async (discardId) => (await discards.findOne({ _id: discardId }, plain)) ?? undefined,
    list: () => discards.find({}, plain).sort({ at: -1 }).limit(KEPT).toArray(),
    scheduled: () => discards.find({ state: 'scheduled' }, plain).toArray(),
    async undo(discardId) {
      const undone = await discards.findOneAndUpdate(
        { _id: discardId, state: 'scheduled' },
        { $set: { state: 'undone' } },
        { ...plain, returnDocument: 'after' },
      );
      return undone ?? undefined;
    },
    async takeDue(now) {
      const due = { state: 'scheduled' as const, dueAt: { $lte: now.toISOString() } };
      const abandoned = { state: 'running' as const, takenAt: { $lt: new Date(now.getTime() - DISCARD_SILENT_MS) } };
      const taken = await discards.findOneAndUpdate(
        { $or: [due, abandoned] },
        { $set: { state: 'running', takenAt: now } },
        { ...plain, returnDocument: 'after' },
      );
      return taken ?? undefined;
    },
    async progress(discardId, done, isEnd) {
      await discards.updateOne({ _id: discardId }, { $set: { done, takenAt: new Date(), ...(isEnd && { state: 'done' }) } });
    },
  };
}
