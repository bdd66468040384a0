/** Replaces secrets in a text. */
export interface Redactor {
  (text: string): string;
  /** Secrets that this redactor masks from now on. */
  add(secrets: Iterable<string>): void;
}

/** Shorter values cannot be masked without masking ordinary words; configuration refuses them as secrets. */
export const shortestSecret = 4;

const mask = '[secret]';
const shortestFragment = 8;

/** What looks like a secret, whoever configured it. The first group is kept. */
const lookalikes: readonly RegExp[] = [
  /(\b[a-z][a-z0-9+.-]{0,30}:\/\/[^\s:@/]*:)[^\s@/]+(?=@)/gi,
  /((?:\b|_)(?:pass(?:word|wd|phrase)?|pwd|secret|api[_-]?key|access[_-]?key|private[_-]?key|(?:access|auth|refresh|session|bearer|id)?[_-]?token)["']?\s*[=:]\s*)(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|["'][^\s"']+|(?!\[secret\])[^\s"',;&)}\]]+)/gi,
  /(\bbearer\s+)[A-Za-z0-9+/_.~=-]{8,}/gi,
  /(\bbasic\s+)[A-Za-z0-9+/_=-]{20,}/gi,
  /(\bauthorization["']?\s*[:=]\s*["']?[a-z]+\s+)[A-Za-z0-9+/_.~=-]{4,}/gi,
  /()\beyJ[A-Za-z0-9_-]{6,4000}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*/g,
  /()-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /()\b(?:sk-[A-Za-z0-9_-]{16,}|AKIA[A-Z0-9]{16}|gh[pousr]_[A-Za-z0-9]{20,})/g,
];

/**
 * The secret as it stands inside the base64 of a longer text (`user:password`), for each of the three ways in which its
 * bytes can meet the groups of three.
 */
const base64Fragments = (secret: string): string[] => {
  const bytes = Buffer.from(secret);
  return [0, 1, 2].flatMap((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    const whole = encoded.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
    return whole.length < shortestFragment ? [] : [whole];
  });
};

/** The password inside a secret that is a connection URL: drivers repeat it without the rest. */
const passwordWithin = (secret: string): string[] => {
  const password = /^[a-z][a-z0-9+.-]*:\/\/[^/]*?:(.*)@/i.exec(secret)?.[1];
  if (password === undefined) return [];
  try {
    return [password, decodeURIComponent(password)];
  } catch {
    return [password];
  }
};

/** Every spelling under which a secret could turn up: bare, in a URL, in JSON, in base64, and line by line. */
const spellings = (secret: string): string[] => {
  const bytes = Buffer.from(secret);
  const base64 = bytes.toString('base64');
  // Bytes and back: a lone surrogate, which no URL can hold, becomes U+FFFD.
  const wellFormed = bytes.toString();
  const plain = [
    secret,
    encodeURI(wellFormed),
    encodeURIComponent(wellFormed),
    new URLSearchParams({ s: secret }).toString().slice(2),
    JSON.stringify(secret).slice(1, -1),
    base64,
    base64.replace(/=+$/, ''),
    ...base64Fragments(secret),
    ...secret.split(/\r?\n/).filter((line) => line.length >= 16),
  ];
  return plain.flatMap((text) => [
    text,
    text.replaceAll('+', '-').replaceAll('/', '_'),
    text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
  ]);
};

/** A redactor that masks these secrets in each of their {@link spellings}, and whatever else looks like a secret. */
export const createRedactor = (secrets: Iterable<string> = []): Redactor => {
  const known = new Set<string>();
  let pattern: RegExp | undefined;
  const add = (more: Iterable<string>): void => {
    for (const secret of more) {
      for (const part of [secret, ...passwordWithin(secret)]) {
        if (part.length >= shortestSecret) for (const spelling of spellings(part)) known.add(spelling);
      }
    }
    const longestFirst = [...known].sort((a, b) => b.length - a.length);
    const escaped = longestFirst.map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
    pattern = known.size === 0 ? undefined : new RegExp(escaped.join('|'), 'g');
  };
  add(secrets);
  const redact = (text: string): string => {
    const masked = pattern === undefined ? text : text.replace(pattern, mask);
    return lookalikes.reduce((all, lookalike) => all.replace(lookalike, `$1${mask}`), masked);
  };
  return Object.assign(redact, { add });
};
