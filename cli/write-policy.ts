import { closeSync, fchmodSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

const MODE = 0o644;

/**
 * Puts a file in place whole or not at all, with mode 0644 whatever the umask is: written beside it
 * under a name that the bus does not read, flushed, then renamed. Throws what the file system throws,
 * and leaves nothing behind then.
 */
export function writePolicy(file: string, content: string): void {
  const temporary = join(dirname(file), `.${basename(file)}.${process.pid}.tmp`);
  try {
    const handle = openSync(temporary, "wx", 0o600);
    try {
      writeFileSync(handle, content);
      fchmodSync(handle, MODE);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  flushDirectory(dirname(file));
}

/** The rename itself is on the disk only when its directory is. Some file systems do not know how: no loss. */
function flushDirectory(directory: string): void {
  try {
    const handle = openSync(directory, "r");
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch {
    // The file is in place all the same.
  }
}
