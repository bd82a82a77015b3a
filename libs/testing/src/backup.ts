import { appendFileSync, chmodSync, copyFileSync, cpSync, lchownSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'; // prettier-ignore
import { join } from 'node:path';
import { Client } from 'pg';
import { archiveOf, type Instance } from './instance';

/** A base backup, the archive that goes on from it, and up to when both are wanted. */
export type Backup = Readonly<{
  folder: string;
  archive: string;
  /** Of the administrator, as at the backup. */
  password: string;
  /** Nothing that was committed later; everything in the archive where no moment is given. */
  until?: Date;
}>;

/** What a server makes anew, or what belongs to its running processes alone. */
const LEFT_OUT = new Set(['pg_wal', 'pg_replslot', 'pg_dynshmem', 'pg_notify', 'pg_serial', 'pg_snapshots', 'pg_stat_tmp', 'pg_subtrans', 'postmaster.pid', 'postmaster.opts']); // prettier-ignore

/** A base backup of the running server, by its own functions for a copy of the files while it writes on. */
export async function baseBackup(instance: Instance, adminUrl: string, folder: string): Promise<Backup> {
  const { postgres } = instance.read();
  if (postgres === undefined) throw new Error(`${instance.name} has no PostgreSQL`);
  const client = new Client({ connectionString: adminUrl });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(`SELECT pg_backup_start('base', true)`);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    copyLive(postgres.dataDir, folder);
    // Answers when every segment that the copy needs is archived.
    const { rows } = await client.query<{ labelfile: string }>('SELECT labelfile FROM pg_backup_stop(true)');
    writeFileSync(join(folder, 'backup_label'), rows[0]!.labelfile);
  } finally {
    await client.end();
  }
  return { folder, archive: archiveOf(postgres.dataDir), password: postgres.password };
}

function copyLive(from: string, to: string, top = true): void {
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) {
      mkdirSync(target, { mode: 0o700 });
      if (!top || !LEFT_OUT.has(entry.name)) copyLive(source, target, false);
    } else if (!LEFT_OUT.has(entry.name)) copyUnlessGone(source, target);
  }
}

/** A file may go while the server is copied: what made it go is in the log that is replayed. */
function copyUnlessGone(source: string, target: string): void {
  try {
    copyFileSync(source, target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/** Lays out a data directory that recovers from the archive when it is started, and then takes writes. */
export function prepareRestore({ folder, archive, until }: Backup, dataDir: string): void {
  rmSync(dataDir, { recursive: true, force: true });
  cpSync(folder, dataDir, { recursive: true });
  chmodSync(dataDir, 0o700);
  const settings = [
    `restore_command = 'cp "${archive}/%f" "%p"'`,
    `recovery_target_action = 'promote'`,
    ...(until === undefined
      ? []
      : [`recovery_target_time = '${until.toISOString().replace('T', ' ').replace('Z', '+00')}'`]),
  ];
  appendFileSync(join(dataDir, 'postgresql.auto.conf'), `${settings.join('\n')}\n`);
  writeFileSync(join(dataDir, 'recovery.signal'), '');
}

export function ownAll(path: string, user: Readonly<{ uid: number; gid: number }>): void {
  lchownSync(path, user.uid, user.gid);
  for (const entry of readdirSync(path, { withFileTypes: true, recursive: true }))
    lchownSync(join(entry.parentPath, entry.name), user.uid, user.gid);
}
