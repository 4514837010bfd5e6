/*
 * A voice into the microphone, a minute of it at most, as the browser writes it; only where it
 * has a recorder.  Browsers have none on pages that came without encryption.
 */
export const MOST_SECONDS = 60;

const KINDS = ['audio/webm;codecs=opus', 'audio/mp4', 'audio/ogg;codecs=opus'];
const BITS_A_SECOND = 32_000;

export interface Recording {
  /* What was said, once it has ended or its minute is over; null when nothing came. */
  said: Promise<Blob | null>;
  stop(): void;
}

export function canRecord(): boolean {
  return typeof MediaRecorder !== 'undefined' && navigator.mediaDevices !== undefined && KINDS.some((kind) => MediaRecorder.isTypeSupported(kind));
}

/* Begins once whoever sits there allows it; fails when they do not.  `tick` is told each second. */
export async function record(tick: (seconds: number) => void): Promise<Recording> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const recorder = new MediaRecorder(stream, { mimeType: KINDS.find((kind) => MediaRecorder.isTypeSupported(kind)) ?? '', audioBitsPerSecond: BITS_A_SECOND });
  const parts: Blob[] = [];
  let seconds = 0;
  const timer = setInterval(() => {
    tick(++seconds);
    if (seconds >= MOST_SECONDS) recorder.stop();
  }, 1000);
  recorder.addEventListener('dataavailable', ({ data }) => parts.push(data));
  const said = new Promise<Blob | null>((done) => {
    recorder.addEventListener('stop', () => {
      clearInterval(timer);
      for (const track of stream.getTracks()) track.stop();
      const all = new Blob(parts, { type: recorder.mimeType });
      done(all.size > 0 ? all : null);
    });
  });
  recorder.start();
  tick(0);
  return {
    said,
    stop: () => {
      if (recorder.state !== 'inactive') recorder.stop();
    },
  };
}

/* "0:07" */
export function clockOf(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
