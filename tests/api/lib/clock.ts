/*
 * The handle on a server whose clock is held (`linli serve --hold-clock 3`):
 * one line out, one line `ok SEQ` back when all that had become due has run and
 * every consumer has caught up.  So no test ever waits by the wall clock.
 */
import type { Duplex } from 'node:stream';

export class Clock {
  private buffer = '';
  private readonly waiting: { resolve: (seq: number) => void; reject: (error: Error) => void }[] = [];
  private ended: Error | undefined;

  constructor(private readonly pipe: Duplex) {
    pipe.setEncoding('utf8');
    pipe.on('data', (text: string) => this.read(text));
    pipe.on('error', (error: Error) => this.end(error));
    pipe.on('close', () => this.end(new Error('the server closed its clock')));
  }

  /* Moves the clock; the number of the newest history entry. */
  set(at: string): Promise<number> {
    return this.ask(`set ${at}`);
  }

  /* Waits until everything derived from what was done is there. */
  sync(): Promise<number> {
    return this.ask('sync');
  }

  private ask(line: string): Promise<number> {
    if (this.ended !== undefined) return Promise.reject(this.ended);
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.pipe.write(`${line}\n`);
    });
  }

  private read(text: string): void {
    const lines = (this.buffer + text).split('\n');
    this.buffer = lines.pop() ?? '';
    for (const line of lines) {
      const next = this.waiting.shift();
      const answer = /^ok (\d+)$/.exec(line);
      if (answer) next?.resolve(Number(answer[1]));
      else next?.reject(new Error(`the clock answered: ${line}`));
    }
  }

  private end(error: Error): void {
    this.ended = error;
    for (const one of this.waiting.splice(0)) one.reject(error);
  }
}
