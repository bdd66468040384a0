/** What is audited: nouns, and what is done to each. Another one is a word here. */
const verbs = {
  server: ['start', 'stop'],
  audit: ['export', 'prune', 'verify'],
  access: ['deny'],
  session: ['login', 'refresh', 'reuse', 'logout', 'revoke'],
  user: ['register', 'invite', 'create', 'change', 'delete', 'assign', 'password', 'unlock'],
  token: ['create', 'revoke'],
  group: ['create', 'change', 'delete', 'join', 'leave'],
  workspace: ['create', 'change', 'delete'],
  member: ['add', 'change', 'remove'],
  project: ['create', 'change', 'delete'],
  connection: ['create', 'change', 'delete', 'test', 'introspect', 'share', 'publish', 'analyse', 'describe'],
  policy: ['create', 'change', 'delete', 'simulate'],
  key: ['rotate'],
  setting: ['change'],
  model: ['create', 'publish', 'change', 'delete', 'reload'],
  metric: ['create', 'change', 'delete', 'import'],
  question: ['ask'],
  query: ['save', 'change', 'delete'],
  statement: ['run', 'refuse', 'cached'],
  result: ['export'],
  share: ['create', 'change', 'delete', 'open'],
  comment: ['create', 'change', 'delete'],
  conversation: ['create', 'change', 'delete'],
  dashboard: ['create', 'change', 'delete', 'push'],
  feedback: ['give'],
  training: ['create', 'change', 'delete'],
  template: ['apply'],
  store: ['backup', 'restore'],
  job: ['retry', 'delete'],
} as const satisfies Record<string, readonly string[]>;

type Verbs = typeof verbs;

/** A noun and a verb: `statement.run`, `session.login`. */
export type AuditAction = { [Noun in keyof Verbs]: `${Noun}.${Verbs[Noun][number]}` }[keyof Verbs];

export const auditActions: readonly AuditAction[] = Object.entries(verbs).flatMap(([noun, all]) =>
  all.map((verb) => `${noun}.${verb}` as AuditAction),
);
