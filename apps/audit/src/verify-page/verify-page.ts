import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Injectable } from '@nestjs/common';

/** Made of `tools/verify` by this project's build: one file that needs no other. */
const FILE = resolve(__dirname, '..', '..', 'dist', 'verify', 'index.html');
/** A page can say everything of its policy itself, but not who may put it in a frame. */
const NOT_IN_FRAMES = "frame-ancestors 'none'";

export type Page = Readonly<{ html: string; etag: string; policy: string }>;

/** The page on which anybody verifies in their own browser what the offline command verifies. [R14.9] */
@Injectable()
export class VerifyPage {
  private read: Promise<Page> | null = null;

  /** Read once; its policy is the one that stands in it, so that a copy saved elsewhere keeps it. */
  page(): Promise<Page> {
    this.read ??= readFile(FILE, 'utf8').then((html) => {
      const [, policy] = /http-equiv="Content-Security-Policy"\s+content="([^"]+)"/.exec(html) ?? [];
      if (policy === undefined) throw new Error(`${FILE} has no policy: it was not made by the build`);
      const etag = `"${createHash('sha256').update(html).digest('hex').slice(0, 32)}"`;
      return { html, etag, policy: `${policy}; ${NOT_IN_FRAMES}` };
    });
    return this.read;
  }
}
