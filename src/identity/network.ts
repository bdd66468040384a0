/** Where a request comes from, for counting: of IPv6 the network that one customer has, which is as easy to change within as nothing. */
export const networkOf = (address: string | null): string =>
  address?.includes(':') ? address.split(':').slice(0, 4).join(':') : (address ?? 'here');
