/** Texts that are no instructions: in a prompt they stand between marks which they cannot write themselves. */

const unfenced = (text: string): string => text.replaceAll('<', '‹').replaceAll('>', '›');

export const fenced = (name: string, text: string): string => `<${name}>\n${unfenced(text)}\n</${name}>`;

/** One line, whatever stands in it. */
export const jsonLine = (value: object): string => JSON.stringify(value).replace(/[\u2028\u2029]/g, ' ');
