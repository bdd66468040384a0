/** Names of members and their labels, as sentences have them. */

/** Of a name that walks joins, what it ends at: `order.customer.city` is a `city`. */
export const lastPart = (name: string): string => name.slice(name.lastIndexOf('.') + 1);

/** A label within a sentence: `Store name` is the store name, and `IBAN` stays as it is. */
export const withinSentence = (label: string): string =>
  /^\p{Lu}\p{Ll}/u.test(label) ? label.charAt(0).toLowerCase() + label.slice(1) : label;
